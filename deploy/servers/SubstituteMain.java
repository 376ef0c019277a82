import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;

/** Runs mongo-java-server on a loopback port: `SubstituteMain <port> <file | "memory">`. SIGTERM saves and ends it. */
public final class SubstituteMain {
	public static void main(String[] arguments) {
		int port = Integer.parseInt(arguments[0]);
		MongoBackend backend = arguments[1].equals("memory") ? new MemoryBackend() : new H2Backend(arguments[1]);
		MongoServer server = new MongoServer(backend);
		Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
		server.bind("127.0.0.1", port);
	}
}
