import ArgumentParser
import Payme
import Payments
import Server
import Storage
import StrictJSON

struct StatementCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "statement",
        abstract: "List what a gateway created in a period, by the gateway's own time: what its GetStatement returns.",
        discussion: """
            tiyin statement --from 2026-11-01 --to 2026-11-30 --format csv > november.csv
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, csv, json
    }

    @OptionGroup var settings: SettingsOptions
    @Option(help: "First moment: 2026-11-01, 2026-11-01T10:30:00Z, or milliseconds since 1970.") var from: Moment
    @Option(help: "Last moment, included.") var to: Moment
    @Option(help: "table, csv or json.") var format = Format.table

    func run() async throws {
        let store = try await DatabaseAccess.readOnly(try settings.load(), logger: Logs.quiet)
        var printer = StatementPrinter(format)
        var cursor: StatementCursor?
        repeat {
            let (after, from, to) = (cursor, from.milliseconds, to.end)
            let page = try await store.engine.read(.scan) {
                try SQLPaymentSession(sql: $0).statement(
                    gateway: PaymeGateway.name, cashbox: PaymeGateway.cashbox, from: from, to: to, after: after,
                    limit: 1_000)
            }
            printer.add(page)
            cursor = page.count == 1_000 ? page.last.map(StatementCursor.init) : nil
        } while cursor != nil
        printer.finish()
        await store.engine.close()
    }
}

/// Writes a statement page by page.
struct StatementPrinter {
    private let format: StatementCommand.Format
    private var count = 0
    /// Tiyin, in two halves of nine digits: no number of payments is beyond them.
    private var performed: (milliards: Int64, rest: Int64) = (0, 0)
    private var table: [Transaction] = []

    init(_ format: StatementCommand.Format) {
        self.format = format
        switch format {
        case .table: break
        case .csv: print("id,time,amount,order,create_time,perform_time,cancel_time,transaction,state,reason")
        case .json: print("[", terminator: "")
        }
    }

    mutating func add(_ page: [Transaction]) {
        for transaction in page {
            switch format {
            case .table: table.append(transaction)
            case .csv: print(Self.csv(transaction))
            case .json: print((count == 0 ? "\n" : ",\n") + Self.json(transaction), terminator: "")
            }
            count += 1
            if transaction.state == .performed { add(transaction.amount.minor) }
        }
    }

    private mutating func add(_ minor: Int64) {
        performed.milliards += minor / 1_000_000_000
        performed.rest += minor % 1_000_000_000
        performed.milliards += performed.rest / 1_000_000_000
        performed.rest %= 1_000_000_000
    }

    private var sum: String {
        let (product, isBeyond) = performed.milliards.multipliedReportingOverflow(by: 1_000_000_000)
        let (minor, isBeyondToo) = product.addingReportingOverflow(performed.rest)
        return isBeyond || isBeyondToo
            ? "more than \(Money(minor: .max, currency: .uzs))" : "\(Money(minor: minor, currency: .uzs))"
    }

    func finish() {
        switch format {
        case .table:
            print(table.isEmpty ? "No transactions in this period." : TransactionsTable.text(table))
            print("\n\(count) transactions, performed: \(sum)")
        case .csv: break
        case .json: print("\n]")
        }
    }

    private static func csv(_ transaction: Transaction) -> String {
        let fields: [String] = [
            transaction.key.externalID, String(transaction.externalTime), String(transaction.amount.minor),
            transaction.orderID, String(transaction.createTime), String(transaction.performTime),
            String(transaction.cancelTime), String(transaction.id), String(transaction.state.rawValue),
            transaction.reason.map(String.init) ?? "",
        ]
        return fields.map(quoted).joined(separator: ",")
    }

    /// A cell that a spreadsheet would take for a formula is quoted and set apart.
    private static func quoted(_ field: String) -> String {
        let isFormula = ["=", "+", "-", "@"].contains { field.hasPrefix($0) } && Int64(field) == nil
        let text = isFormula ? "'" + field : field
        guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    private static func json(_ transaction: Transaction) -> String {
        let value: JSONValue = [
            "id": .string(transaction.key.externalID), "time": .integer(transaction.externalTime),
            "amount": .integer(transaction.amount.minor),
            "account": (try? JSONValue(parsing: transaction.account)) ?? .null,
            "create_time": .integer(transaction.createTime), "perform_time": .integer(transaction.performTime),
            "cancel_time": .integer(transaction.cancelTime), "transaction": .string(String(transaction.id)),
            "state": .integer(transaction.state.rawValue),
            "reason": transaction.reason.map(JSONValue.integer) ?? .null,
        ]
        return value.text
    }
}
