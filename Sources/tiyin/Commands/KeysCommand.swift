import ArgumentParser
import NIOHTTP1
import Payments
import Server
import Storage
import StrictJSON

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make keys of the merchant API, look at them, revoke them.",
        discussion: """
            To change a key without a restart: make a new one, give it to the shop's program, revoke the old one.
            """,
        subcommands: [Add.self, List.self, Revoke.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key. Its token is printed once.",
            discussion: """
                tiyin keys add "the shop's site" --scopes orders:read,orders:write
                tiyin keys add accounting --scopes orders:read,transactions:read --days 90

                While a server has the database, the key is made through its merchant API.
                """)

        @OptionGroup var settings: SettingsOptions
        @Argument(help: "What it is for, for people.") var name: String
        @Option(help: "What it may do, separated by commas.") var scopes: String
        @Option(help: "After how many days it is not valid any more; without it, it stays valid.") var days: Int64?

        func validate() throws {
            if let days, !(1...36_500).contains(days) { throw ValidationError("--days must be from 1 to 36500") }
        }

        func run() async throws {
            let settings = try settings.load()
            let names = scopes.split(separator: ",").map { JSONValue.string($0.trimmingPrefix(" ").description) }
            var body: JSONObject = ["name": .string(name), "scopes": .array(names)]
            if let days { body["expires_at"] = .integer(TimeSource.system.now + days * 86_400_000) }
            let json = JSONValue.object(body)
            let (id, token) = try await MerchantServer.orDatabase(settings) { store in
                let made = try await KeyRegistrar(store: store).make(json.serialized())
                return (made.key.id, made.token)
            } overHTTP: { server in
                let answer = try await server.call(.POST, "/keys", json)
                guard answer.status == 201, let id = answer.body["id"]?.stringValue else { throw answer.complaint }
                guard let token = answer.body["token"]?.stringValue else {
                    throw SettingsError(
                        "key \(id) was made, but its token was lost on the way: `tiyin keys revoke \(id)`, and make "
                            + "another")
                }
                return (id, token)
            }
            print("key \(id) made. Its token, which is shown only now:")
            print(token)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List keys, newest first, without their secrets.")

        @OptionGroup var settings: SettingsOptions
        @Option(help: "How many at the most.") var limit = 50

        func run() async throws {
            let store = try await DatabaseAccess.readOnly(try settings.load(), logger: Logs.quiet)
            let limit = max(1, limit)
            let found = try await store.engine.read(.scan) { sql in
                try SQLPaymentSession(sql: sql).apiKeys(before: nil, limit: limit)
            }
            await store.engine.close()
            let now = TimeSource.system.now
            var table = TextTable(header: ["id", "name", "scopes", "made", "last used", "stands"], numeric: [])
            for key in found {
                table.rows.append([
                    key.id, key.name, key.scopes.joined(separator: ","), Moment.text(key.createdAt),
                    key.lastUsedAt.map(Moment.text) ?? "never", Self.standing(key, at: now),
                ])
            }
            print(found.isEmpty ? "No keys yet: `tiyin keys add NAME --scopes orders:read,orders:write`" : table.text)
        }

        private static func standing(_ key: APIKey, at now: Int64) -> String {
            if let revoked = key.revokedAt { return "revoked \(Moment.text(revoked))" }
            guard let expires = key.expiresAt else { return "valid" }
            return now < expires ? "valid until \(Moment.text(expires))" : "expired \(Moment.text(expires))"
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Revoke a key, at once.")

        @OptionGroup var settings: SettingsOptions
        @Argument(help: "The key's id: the middle part of its token.") var id: String

        func run() async throws {
            let settings = try settings.load()
            let unknown = SettingsError("there is no key \(id): `tiyin keys list` shows those there are")
            // It becomes a part of a path: nothing else than an id may.
            guard id.utf8.count == 12, id.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "z") ~= $0 }) else {
                throw unknown
            }
            try await MerchantServer.orDatabase(settings) { store in
                guard try await KeyRegistrar(store: store).revoke(id) != nil else { throw unknown }
            } overHTTP: { server in
                let answer = try await server.call(.DELETE, "/keys/\(id)")
                guard answer.status != 404 else { throw unknown }
                guard answer.status == 200 else { throw answer.complaint }
            }
            print("key \(id) is revoked")
        }
    }
}
