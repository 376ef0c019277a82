// Runs with mongosh as the root user, any number of times: makes the replica set, then the user of the platform.
/* global db, rs, process, sleep, print, quit */
const members = ["mongo-1", "mongo-2", "mongo-3"].map((name, _id) => ({ _id, host: `${name}:27017` }));
try {
	rs.status();
} catch (error) {
	if (error.codeName !== "NotYetInitialized") throw error;
	rs.initiate({ _id: "payflow", members });
}
const WAIT_MS = 500;
const TRIES = 120;
const { MONGO_USER: user, MONGO_PASSWORD: pwd, MONGO_ROOT_USER, MONGO_ROOT_PASSWORD } = process.env;
// After the first time any member may be the primary.
for (let tries = 0; !db.hello().primary && tries < TRIES; tries++) sleep(WAIT_MS);
const { primary } = db.hello();
if (!primary) quit(1);
const admin = connect(`mongodb://${primary}/admin`, MONGO_ROOT_USER, MONGO_ROOT_PASSWORD);
for (let tries = 0; !admin.hello().isWritablePrimary && tries < TRIES; tries++) sleep(WAIT_MS);
const payflow = admin.getSiblingDB("payflow");
const roles = [{ role: "readWrite", db: "payflow" }];
if (payflow.getUser(user) === null) payflow.createUser({ user, pwd, roles });
else payflow.updateUser(user, { pwd, roles });
print("the replica set and its user are there");
