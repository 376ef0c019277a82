import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.AbstractUniqueIndex;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Collection;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import de.bwaldvogel.mongo.bson.Document;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * Runs mongo-java-server on a loopback port: {@code SubstituteMain <port> <file | "memory"> [<certificate> <key>]}; SIGTERM saves
 * and ends it. With a certificate and its key (PEM; EC, PKCS #8) it speaks TLS alone.
 * Four things differ from the server as it is published. It has look-ups by {@code _id} and by the fields in {@code FieldIndex}
 * (it would read the whole collection), and reads a page in the order of ids without the rest. What it answers is a copy (it
 * would answer documents that the next update changes while they are sent). And a document without a value in a sparse unique
 * index may be given one (it would fail with "Expected one element but got zero").
 */
public final class SubstituteMain {
	/** Static, because the backend's constructor opens databases before a field of a subclass is set. */
	private static MVStore store;
	/** What no look-up serves reads a whole collection, from the file where it is not kept. */
	private static final int CACHE_MIB = 512;

	public static void main(String[] arguments) throws IOException, GeneralSecurityException {
		int port = Integer.parseInt(arguments[0]);
		MVStore.Builder builder = new MVStore.Builder().cacheSize(CACHE_MIB);
		store = arguments[1].equals("memory") ? builder.open() : builder.fileName(arguments[1]).open();
		MongoServer server = new MongoServer(new Backend());
		if (arguments.length > 2) server.enableSsl(keyIn(arguments[3]), null, certificateIn(arguments[2]));
		Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
		server.bind("127.0.0.1", port);
	}

	private static X509Certificate certificateIn(String file) throws IOException, GeneralSecurityException {
		try (InputStream bytes = Files.newInputStream(Path.of(file))) {
			return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(bytes);
		}
	}

	private static PrivateKey keyIn(String file) throws IOException, GeneralSecurityException {
		String text = Files.readString(Path.of(file)).replaceAll("-----[A-Z ]+-----", "");
		return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text)));
	}

	private static final class Backend extends H2Backend {
		Backend() {
			super(store);
		}

		@Override
		protected MongoDatabase openOrCreateDatabase(String name) {
			return new Database(name, getCursorRegistry());
		}
	}

	private static final class Database extends H2Database {
		Database(String name, CursorRegistry cursors) {
			super(name, store, cursors);
		}

		@Override
		protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
			String fullName = getDatabaseName() + "." + name;
			MVMap<Object, Document> documents = store.openMap("databases." + fullName);
			return new IdCollection(this, name, options, documents, store.openMap("meta." + fullName), cursorRegistry);
		}

		@Override
		protected Index<Object> openOrCreateUniqueIndex(String collection, String name, List<IndexKey> keys, boolean isSparse) {
			return new SparseIndex(store.openMap(getDatabaseName() + "." + collection + "._index_" + name), name, keys, isSparse);
		}
	}

	private static final class SparseIndex extends AbstractUniqueIndex<Object> {
		private final MVMap<KeyValue, Object> positions;

		SparseIndex(MVMap<KeyValue, Object> positions, String name, List<IndexKey> keys, boolean isSparse) {
			super(name, keys, isSparse);
			this.positions = positions;
		}

		@Override
		public synchronized void checkUpdate(Document before, Document after, MongoCollection<Object> collection) {
			boolean isFirstValue = !nullAwareEqualsKeys(before, after) && getPosition(before) == null;
			if (isFirstValue) checkAdd(after, collection);
			else super.checkUpdate(before, after, collection);
		}

		@Override
		protected Object getPosition(KeyValue key) {
			return positions.get(key);
		}

		@Override
		protected boolean putKeyPosition(KeyValue key, Object position) {
			return positions.putIfAbsent(key, Missing.ofNullable(position)) == null;
		}

		@Override
		protected Object removeDocument(KeyValue key) {
			return positions.remove(key);
		}

		@Override
		protected Iterable<Map.Entry<KeyValue, Object>> getIterable() {
			return positions.entrySet();
		}

		@Override
		public long getCount() {
			return positions.sizeAsLong();
		}

		@Override
		public long getDataSize() {
			return 0;
		}
	}

	private static final class IdCollection extends H2Collection {
		private final MVMap<Object, Document> documents;
		private final Map<String, FieldIndex> fieldIndexes = new HashMap<>();

		IdCollection(
			MongoDatabase database, String name, CollectionOptions options, MVMap<Object, Document> documents,
			MVMap<String, Object> meta, CursorRegistry cursors) {
			super(database, name, options, documents, meta, cursors);
			this.documents = documents;
		}

		@Override
		protected QueryResult queryDocuments(
			Document query, Document orderBy, int skip, int limit, int batchSize, Document fields) {
			List<Object> ids = candidates(query.get("_id"));
			NavigableSet<Object> among = ids == null ? indexed(query) : null;
			if (ids == null) ids = firstById(query, orderBy, skip + Math.abs(limit), among);
			if (ids == null && among != null) ids = List.copyOf(among);
			if (ids == null) return super.queryDocuments(query, orderBy, skip, limit, batchSize, fields);
			return matchDocuments(query, ids, orderBy, skip, limit, batchSize, fields);
		}

		@Override
		protected QueryResult createQueryResult(List<Document> found, int batchSize) {
			return super.createQueryResult(found.stream().map(Document::cloneDeeply).toList(), batchSize);
		}

		@Override
		protected Object addDocumentInternal(Document document) {
			Object id = super.addDocumentInternal(document);
			fieldIndexes.values().forEach(index -> index.put(id, document));
			return id;
		}

		@Override
		protected void handleUpdate(Object id, Document before, Document after) {
			super.handleUpdate(id, before, after);
			fieldIndexes.values().forEach(index -> index.put(id, after));
		}

		@Override
		protected void removeDocument(Object id) {
			super.removeDocument(id);
			fieldIndexes.values().forEach(index -> index.remove(id));
		}

		/** Ids of existing documents among which every match is; null where the filter's id says too little. */
		private List<Object> candidates(Object wanted) {
			if (wanted instanceof String id) return existing(List.of(id));
			if (!(wanted instanceof Document condition)) return null;
			if (condition.get("$in") instanceof Collection<?> ids) return existing(ids);
			return low(condition) instanceof String low && high(condition) instanceof String high ? between(low, high) : null;
		}

		private List<Object> existing(Collection<?> ids) {
			List<Object> found = new ArrayList<>();
			for (Object id : new TreeSet<>(ids.stream().filter(String.class::isInstance).map(String.class::cast).toList()))
				if (documents.containsKey(id)) found.add(id);
			return ids.stream().allMatch(String.class::isInstance) ? found : null;
		}

		private List<Object> between(String low, String high) {
			List<Object> found = new ArrayList<>();
			for (Iterator<Object> keys = documents.keyIterator(low); keys.hasNext(); ) {
				if (!(keys.next() instanceof String id) || id.compareTo(high) > 0) break;
				found.add(id);
			}
			return found;
		}

		/** The smallest set of ids that an index says every match is in; null where no index serves the filter. */
		private NavigableSet<Object> indexed(Document query) {
			NavigableSet<Object> smallest = null;
			for (String path : query.keySet()) {
				if (!FieldIndex.isServed(path)) continue;
				NavigableSet<Object> found = fieldIndexes.computeIfAbsent(path, this::build).matching(query.get(path));
				if (found != null && (smallest == null || found.size() < smallest.size())) smallest = found;
			}
			return smallest;
		}

		private FieldIndex build(String path) {
			FieldIndex index = new FieldIndex(path);
			documents.forEach(index::put);
			return index;
		}

		/** The first matches, where ids are text from a bound on and pages come in their order; null for any other question. */
		private List<Object> firstById(Document query, Document orderBy, int count, NavigableSet<Object> among) {
			boolean isById = orderBy != null && !orderBy.isEmpty() && orderBy.keySet().iterator().next().equals("_id");
			if (!isById || count == 0) return null;
			if (!(query.get("_id") instanceof Document condition && low(condition) instanceof String low)) return null;
			boolean isReverse = ((Number) orderBy.get("_id")).intValue() < 0;
			Object high = high(condition);
			List<Object> found = new ArrayList<>();
			for (Iterator<Object> ids = among == null ? all(low, high, isReverse) : some(among, low, high, isReverse); ids.hasNext(); ) {
				Object id = ids.next();
				if (id instanceof String && documentMatchesQuery(documents.get(id), query)) found.add(id);
				if (found.size() == count) break;
			}
			return found;
		}

		private Iterator<Object> all(Object low, Object high, boolean isReverse) {
			return isReverse ? documents.cursor(high, low, true) : documents.cursor(low, high, false);
		}

		private static Iterator<Object> some(NavigableSet<Object> ids, Object low, Object high, boolean isReverse) {
			NavigableSet<Object> beyond = ids.tailSet(low, true);
			boolean isBounded = high != null && FieldIndex.compare(low, high) <= 0;
			NavigableSet<Object> within = isBounded ? beyond.headSet(high, true) : beyond;
			return isReverse ? within.descendingIterator() : within.iterator();
		}

		private static Object low(Document condition) {
			return condition.get(condition.containsKey("$gt") ? "$gt" : "$gte");
		}

		private static Object high(Document condition) {
			return condition.get(condition.containsKey("$lt") ? "$lt" : "$lte");
		}
	}
}
