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
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/**
 * Runs mongo-java-server on a loopback port: {@code SubstituteMain <port> <file | "memory">}; SIGTERM saves and ends it.
 * Two things differ from the server as it is published. It finds documents by {@code _id} also when a filter says more than
 * the id (it would read the whole collection). And a document without a value in a sparse unique index may be given one
 * (it would fail with "Expected one element but got zero").
 */
public final class SubstituteMain {
	/** Static, because the backend's constructor opens databases before a field of a subclass is set. */
	private static MVStore store;
	/** It has no index but ids and unique ones: every other question reads a whole collection, from the file where it is not kept. */
	private static final int CACHE_MIB = 512;

	public static void main(String[] arguments) {
		int port = Integer.parseInt(arguments[0]);
		MVStore.Builder builder = new MVStore.Builder().cacheSize(CACHE_MIB);
		store = arguments[1].equals("memory") ? builder.open() : builder.fileName(arguments[1]).open();
		MongoServer server = new MongoServer(new Backend());
		Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
		server.bind("127.0.0.1", port);
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
			if (ids == null) return super.queryDocuments(query, orderBy, skip, limit, batchSize, fields);
			return matchDocuments(query, ids, orderBy, skip, limit, batchSize, fields);
		}

		/** Ids of existing documents among which every match is; null where the filter's id says too little. */
		private List<Object> candidates(Object wanted) {
			if (wanted instanceof String id) return existing(List.of(id));
			if (!(wanted instanceof Document condition)) return null;
			if (condition.get("$in") instanceof Collection<?> ids) return existing(ids);
			Object from = condition.containsKey("$gte") ? condition.get("$gte") : condition.get("$gt");
			Object to = condition.containsKey("$lte") ? condition.get("$lte") : condition.get("$lt");
			return from instanceof String low && to instanceof String high ? between(low, high) : null;
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
	}
}
