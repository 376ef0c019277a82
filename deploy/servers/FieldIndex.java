import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/** Which documents have a value in a field, by value; in the memory, made when it is first asked. Ids keep their order. */
final class FieldIndex {
	private static final Object ANY = new Object();
	private final String path;
	private final Map<Object, NavigableSet<Object>> idsByValue = new HashMap<>();
	private final Map<Object, Object> valueById = new HashMap<>();
	private final NavigableSet<Object> ids = new TreeSet<>(FieldIndex::compare);

	FieldIndex(String path) {
		this.path = path;
	}

	/** Indexed scalars, and outboxes, of which only counts whether there is anything in them. */
	static boolean isServed(String path) {
		return path.startsWith("x.") || path.equals("outbox.b");
	}

	void put(Object id, Document document) {
		remove(id);
		Object value = valueOf(document);
		if (value == null) return;
		valueById.put(id, value);
		ids.add(id);
		idsByValue.computeIfAbsent(value, key -> new TreeSet<>(FieldIndex::compare)).add(id);
	}

	void remove(Object id) {
		Object value = valueById.remove(id);
		if (value == null) return;
		ids.remove(id);
		NavigableSet<Object> same = idsByValue.get(value);
		same.remove(id);
		if (same.isEmpty()) idsByValue.remove(value);
	}

	/** A superset of the matches; null where it does not serve the condition. */
	NavigableSet<Object> matching(Object condition) {
		if (condition instanceof Document bounds) {
			boolean isPresent = Boolean.TRUE.equals(bounds.get("$exists"));
			for (String operator : List.of("$gt", "$gte", "$lt", "$lte")) isPresent |= bounds.get(operator) != null;
			return isPresent ? ids : null;
		}
		Object value = normalized(condition);
		return value == null || path.equals("outbox.b") ? null : idsByValue.getOrDefault(value, Collections.emptyNavigableSet());
	}

	private Object valueOf(Document document) {
		if (path.equals("outbox.b")) return document.get("outbox") instanceof Collection<?> all && !all.isEmpty() ? ANY : null;
		return normalized(Utils.getSubdocumentValue(document, path));
	}

	/** Numbers are equal whatever their type. */
	private static Object normalized(Object value) {
		if (value instanceof Number number) return number.doubleValue() + 0.0;
		return value instanceof String || value instanceof Boolean ? value : null;
	}

	static int compare(Object left, Object right) {
		boolean areTexts = left instanceof String && right instanceof String;
		return areTexts ? ((String) left).compareTo((String) right) : left.toString().compareTo(right.toString());
	}
}
