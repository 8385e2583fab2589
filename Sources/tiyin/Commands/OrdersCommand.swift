import ArgumentParser
import Payments
import Server
import Storage

struct OrdersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders", abstract: "Register orders and look at them.",
        subcommands: [Add.self, List.self, Show.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register an order.",
            discussion: """
                tiyin orders add A-5 --amount 5000.00
                tiyin orders add +998901234567 --kind cumulative --minimum 1000.00

                While a server has the database, the order goes through its merchant API.
                """)

        @OptionGroup var settings: SettingsOptions
        @Argument(help: "Your own id of the order.") var id: String
        @Option(help: "What is owed, as a decimal (one_time).") var amount: String?
        @Option(help: "Currency code.") var currency = "UZS"
        @Option(help: "one_time or cumulative.") var kind = "one_time"
        @Option(help: "Least payment (cumulative).") var minimum: String?
        @Option(help: "Largest payment (cumulative).") var maximum: String?
        @Option(help: "What the payer reads.") var description: String?

        func validate() throws {
            if kind == "cumulative", amount != nil {
                throw ValidationError("a cumulative order has no --amount, but a --minimum and a --maximum")
            }
        }

        func run() async throws {
            let settings = try settings.load()
            let body = OrderBody(
                id: id, kind: kind, currency: currency, amount: amount, minimum: minimum, maximum: maximum,
                description: description)
            print(try await OrderRegistration(settings: settings).add(body))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List orders, newest first.")

        @OptionGroup var settings: SettingsOptions
        @Option(help: "How many at the most.") var limit = 50

        func run() async throws {
            let store = try await DatabaseAccess.readOnly(try settings.load(), logger: Logs.quiet)
            let now = TimeSource.system.now
            let limit = max(1, limit)
            let found = try await store.engine.read(.scan) { sql in
                let session = SQLPaymentSession(sql: sql)
                return try session.orders(before: nil, limit: limit).map { ($0, try session.standing(of: $0, at: now)) }
            }
            var table = TextTable(header: ["id", "kind", "amount", "paid", "status", "registered"], numeric: [2, 3])
            for (order, standing) in found {
                let paid = Money(minor: standing.paid, currency: order.currency)
                table.rows.append([
                    order.id, order.kind.rawValue, order.amount?.description ?? "any", paid.description,
                    standing.status.rawValue, Moment.text(order.createdAt),
                ])
            }
            print(found.isEmpty ? "No orders yet: `tiyin orders add ID --amount 5000.00`" : table.text)
            await store.engine.close()
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show an order and the attempts to pay it.")

        @OptionGroup var settings: SettingsOptions
        @Argument(help: "The order's id.") var id: String

        func run() async throws {
            let store = try await DatabaseAccess.readOnly(try settings.load(), logger: Logs.quiet)
            let now = TimeSource.system.now
            let id = id
            let found = try await store.engine.read(.scan) { sql -> (Order, OrderStanding, [Transaction])? in
                let session = SQLPaymentSession(sql: sql)
                guard let order = try session.order(id) else { return nil }
                let attempts = try session.transactions(TransactionFilter(orderID: id), before: nil, limit: 200)
                return (order, try session.standing(of: order, at: now), attempts)
            }
            await store.engine.close()
            guard let (order, standing, attempts) = found else {
                throw SettingsError("there is no order \(id): `tiyin orders list` shows those there are")
            }
            print("order        \(order.id)")
            print("kind         \(order.kind.rawValue)")
            print("amount       \(order.amount?.description ?? "any")")
            print("status       \(standing.status.rawValue)")
            print("paid         \(Money(minor: standing.paid, currency: order.currency))")
            print("refunded     \(Money(minor: standing.refunded, currency: order.currency))")
            if let description = order.description { print("description  \(description)") }
            print("registered   \(Moment.text(order.createdAt))")
            print("")
            print(attempts.isEmpty ? "No attempts to pay it." : TransactionsTable.text(attempts))
        }
    }
}
