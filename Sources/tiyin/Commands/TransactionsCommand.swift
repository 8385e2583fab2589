import ArgumentParser
import Payments
import Server
import Storage

struct TransactionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transactions", abstract: "Look at transactions.", subcommands: [List.self, Show.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List transactions, newest first.")

        @OptionGroup var settings: SettingsOptions
        @Option(help: "Only of this order.") var order: String?
        // A value that begins with a dash is a value here.
        @Option(parsing: .unconditional, help: "Only in this state: 1, 2, -1 or -2.") var state: Int64?
        @Option(help: "How many at the most.") var limit = 50

        func validate() throws {
            if let state, TransactionState(rawValue: state) == nil {
                throw ValidationError("--state must be 1, 2, -1 or -2")
            }
        }

        func run() async throws {
            let store = try await DatabaseAccess.readOnly(try settings.load(), logger: Logs.quiet)
            let filter = TransactionFilter(orderID: order, state: state.flatMap(TransactionState.init(rawValue:)))
            let limit = max(1, limit)
            let found = try await store.engine.read(.scan) {
                try SQLPaymentSession(sql: $0).transactions(filter, before: nil, limit: limit)
            }
            await store.engine.close()
            print(found.isEmpty ? "No transactions." : TransactionsTable.text(found))
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show a transaction and its history.")

        @OptionGroup var settings: SettingsOptions
        @Argument(help: "The transaction's number, or the gateway's own id.") var id: String

        func run() async throws {
            let store = try await DatabaseAccess.readOnly(try settings.load(), logger: Logs.quiet)
            let id = id
            let found = try await store.engine.read(.scan) { sql -> (Transaction, [JournalEntry])? in
                let session = SQLPaymentSession(sql: sql)
                let byNumber = try Int64(id).flatMap { try session.transaction(id: $0) }
                guard let transaction = try byNumber ?? session.transaction(externalID: id) else { return nil }
                return (transaction, try session.journal(ofTransaction: transaction.id))
            }
            await store.engine.close()
            guard let (transaction, journal) = found else {
                throw SettingsError("there is no transaction \(id): `tiyin transactions list` shows those there are")
            }
            print(TransactionsTable.text([transaction]))
            print("\naccount  \(transaction.account)\n")
            var table = TextTable(
                header: ["when", "change", "from", "to", "on whose word", "reason"], numeric: [2, 3])
            for entry in journal {
                table.rows.append([
                    Moment.text(entry.at), entry.change.rawValue, entry.from.map { String($0.rawValue) } ?? "",
                    String(entry.to.rawValue), entry.actor, entry.reason.map(String.init) ?? "",
                ])
            }
            print(table.text)
        }
    }
}
