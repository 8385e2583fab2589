import ArgumentParser
import NIOHTTP1
import Payments
import Server
import Storage
import StrictJSON

struct DeliveriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "Look at webhooks, hook events and news in Telegram, and have them sent again.",
        discussion: """
            A webhook that fails is tried again for three days, a message in Telegram for one. Then it is a dead letter:
            nothing sends it but `tiyin deliveries retry`.
            """,
        subcommands: [List.self, Show.self, Retry.self, Resume.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List deliveries, newest first.")

        @OptionGroup var settings: SettingsOptions
        @Option(help: "Only those that are waiting, delivered or dead.") var state: String?
        @Option(help: "Only about this order.") var order: String?
        @Option(help: "Only to this receiver: webhook, telegram or hooks.") var receiver: String?
        @Option(help: "How many at the most.") var limit = 50

        func validate() throws {
            if let state, DeliveryRow.State(rawValue: state) == nil {
                throw ValidationError("--state must be waiting, delivered or dead")
            }
        }

        func run() async throws {
            let filter = DeliveryFilter(
                state: state.flatMap(DeliveryRow.State.init(rawValue:)), target: receiver, orderID: order)
            let limit = max(1, limit)
            let store = try await DatabaseAccess.readOnly(try settings.load(), logger: Logs.quiet)
            let (found, stops) = try await store.engine.read(.scan) { sql in
                let session = SQLPaymentSession(sql: sql)
                let found = try session.deliveries(filter, before: nil, limit: limit)
                let names = Set(found.map(\.target)).sorted()
                return (found, try names.compactMap { name in try session.stopped(target: name).map { (name, $0) } })
            }
            await store.engine.close()
            for (name, stop) in stops {
                print(
                    "\(name) is stopped since \(Moment.text(stop.at)): \(stop.reason). `tiyin deliveries resume \(name)`"
                )
            }
            print(found.isEmpty ? "No deliveries." : DeliveriesTable.text(found))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a delivery and the message that it carries.")

        @OptionGroup var settings: SettingsOptions
        @Argument(help: "The delivery's number.") var id: Int64

        func run() async throws {
            let store = try await DatabaseAccess.readOnly(try settings.load(), logger: Logs.quiet)
            let id = id
            let found = try await store.engine.read(.scan) { try SQLPaymentSession(sql: $0).delivery(id) }
            await store.engine.close()
            guard let found else { throw DeliveriesTable.unknown(id) }
            print(DeliveriesTable.text([found]))
            print("\nattempted  \(found.attemptedAt.map(Moment.text) ?? "never")")
            print("next       \(DeliveriesTable.next(found))")
            if let message = WebhookPreview(found) {
                print("webhook-id \(message.id)\n\n\(message.body)")
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send a delivery now, whatever became of it; or every dead letter.")

        @OptionGroup var settings: SettingsOptions
        @Argument(help: "The delivery's number.") var id: Int64?
        @Flag(help: "Every dead letter.") var dead = false

        func validate() throws {
            if (id == nil) != dead { throw ValidationError("name a delivery, or say --dead") }
        }

        func run() async throws {
            let settings = try settings.load()
            if let id {
                print(try await one(id, settings))
            } else {
                print("\(try await all(settings)) dead letters will be sent again")
            }
        }

        private func one(_ id: Int64, _ settings: ServerSettings) async throws -> String {
            try await MerchantServer.orDatabase(settings) { store in
                let now = TimeSource.system.now
                switch try await store.engine.write({ try SQLPaymentSession(sql: $0).retryDelivery(id, at: now) }) {
                case .notFound: throw DeliveriesTable.unknown(id)
                case .inHand: return "delivery \(id) was under way when the server ended: its next start sends it"
                case .due: return "delivery \(id) is sent as soon as a server runs"
                case .behind(let first): return "delivery \(id) is sent after \(first), which is of the same order"
                }
            } overHTTP: { server in
                let answer = try await server.call(.POST, "/deliveries/\(id)/retry")
                if answer.status == 404 { throw DeliveriesTable.unknown(id) }
                guard answer.status == 200 else { throw answer.complaint }
                let waits = answer.body["due_at"]?.isNull == true
                return waits
                    ? "delivery \(id) is sent after another one of the same order" : "delivery \(id) is being sent"
            }
        }

        private func all(_ settings: ServerSettings) async throws -> Int64 {
            try await MerchantServer.orDatabase(settings) { store in
                let now = TimeSource.system.now
                var total: Int64 = 0
                while true {
                    let count = try await store.engine.write { sql in
                        let session = SQLPaymentSession(sql: sql)
                        let letters = try session.deadLetters(limit: 1_000)
                        for id in letters { _ = try session.retryDelivery(id, at: now) }
                        return Int64(letters.count)
                    }
                    total += count
                    if count < 1_000 { return total }
                }
            } overHTTP: { server in
                var total: Int64 = 0
                while true {
                    let answer = try await server.call(.POST, "/dead-letters/retry")
                    guard answer.status == 200 else { throw answer.complaint }
                    total += answer.body["retried"]?.integerValue ?? 0
                    if answer.body["more"] != true { return total }
                }
            }
        }
    }

    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Send again to a receiver that is stopped: it answered 410 Gone, or Telegram let nobody in.")

        @OptionGroup var settings: SettingsOptions
        @Argument(help: "The receiver's name.") var receiver = "webhook"

        func validate() throws {
            // It becomes a part of a path.
            guard !receiver.isEmpty, receiver.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
            else { throw ValidationError("a receiver's name has small letters only") }
        }

        func run() async throws {
            let settings = try settings.load()
            let name = receiver
            try await MerchantServer.orDatabase(settings) { store in
                let isKnown = try await store.engine.write {
                    try SQLPaymentSession(sql: $0).setTarget(name, stopped: nil)
                }
                guard isKnown else { throw SettingsError("there is no receiver \(name)") }
            } overHTTP: { server in
                let answer = try await server.call(.POST, "/receivers/\(name)/resume")
                guard answer.status == 200 else { throw answer.complaint }
            }
            print("\(name) gets its deliveries again")
        }
    }
}
