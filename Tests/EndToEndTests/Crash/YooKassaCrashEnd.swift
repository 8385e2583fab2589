import Foundation
import Payments
import Sandbox
import Storage
import StrictJSON
import TestSupport

extension YooKassaCrashRun {
    /// Everything once more, then all is paid, taken and given back. Answers what is wrong.
    func end() async throws -> [String] {
        heal()
        try await passDay()
        let server = try await start()
        let shop = server.shop()
        var problems: [String] = []
        for (key, isHeld) in book.contents.keys where await ask(key, isHeld, shop) == nil {
            problems.append("key \(key) is not answered")
        }
        for key in book.contents.subscriptions where await subscribe(key, shop) == nil {
            problems.append("subscription \(key) is not answered")
        }
        let isOver = try await eventually(within: .seconds(90)) {
            for payment in yookassa.payments where payment.status == .pending { _ = try? yookassa.pay(payment.id) }
            for payment in yookassa.payments where payment.status == .waitingForCapture {
                let id = payment.metadata("tx") ?? ""
                _ = try? await shop.post("/payments/yookassa/\(id)/capture", [:])
            }
            return try await openRows() == []
        }
        if !isOver { problems.append("not all comes to its end: \(try await openRows().prefix(8))") }
        // Refunds that were cut off before they were written down.
        var given: [String: Int] = [:]
        for part in book.contents.parts {
            switch await giveBack(part, shop) {
            case 202?: given[part.payment, default: 0] += 1
            case 409?, 422?: break
            case let status: problems.append("refund \(part.key) is answered \(status ?? 0)")
            }
        }
        if try await !eventually(within: .seconds(60), { try await openRows() == [] }) {
            problems.append("not all refunds come to their end: \(try await openRows().prefix(8))")
        }
        if await server.stop() != .success { problems.append("the server does not stop well") }
        problems += try await audit(given)
        let verified = try await CommandLineTool.run(["verify"], ServerProcess.environment(folder), in: folder)
        if !verified.isSuccess { problems.append("tiyin verify: \(verified.output) \(verified.errors)") }
        return problems + book.contents.problems
    }

    private func rows(_ statement: String, _ columns: Int) async throws -> [[String]] {
        try await ServerProcess.look(folder) { store in
            try await store.engine.read(.scan) { sql in
                try sql.all(statement, []) { row in
                    (0..<columns).map { row.text($0) ?? row.integer($0).map(String.init) ?? "-" }
                }
            }
        }
    }

    /// What is not at its end yet.
    private func openRows() async throws -> [[String]] {
        try await rows("SELECT 'transaction', id, phase FROM transactions WHERE state = 1", 3)
            + rows("SELECT 'attempt', operation, subject FROM yookassa_attempts WHERE outcome = 'open'", 3)
            + rows("SELECT 'refund', id, state FROM yookassa_refunds WHERE state <> 'succeeded'", 3)
            + rows("SELECT 'period', subscription_id, state FROM yookassa_periods WHERE state = 'charging'", 3)
            + rows("SELECT 'subscription', id, state FROM yookassa_subscriptions WHERE state = 'pending'", 3)
    }

    /// The database against YooKassa against what the shops heard.
    private func audit(_ given: [String: Int]) async throws -> [String] {
        var problems: [String] = []
        let stored = try await rows(
            """
            SELECT p.id, t.state, p.captured, p.refunded, p.provider_id FROM yookassa_payments p
            JOIN transactions t ON t.id = p.transaction_id
            """, 5)
        let known = Set(stored.map { $0[0] })
        for payment in yookassa.payments where !known.contains(payment.metadata("tx") ?? "") {
            problems.append("YooKassa has \(payment.id), and nobody here knows it")
        }
        for row in stored {
            let (id, state) = (row[0], row[1])
            let (charges, theirs) = (yookassa.charges(forTx: id), yookassa.payments(withMetadata: "tx", id))
            if charges.count > 1 || theirs.count > 1 {
                problems.append("\(id) was made \(theirs.count) times and charged \(charges.count) times")
            }
            let refunds = yookassa.refunds.filter { $0.paymentID == row[4] }
            let sum = refunds.map(\.amount).reduce(0, +)
            guard let payment = theirs.first else {
                if state != "-1" { problems.append("\(id) is \(state), and YooKassa has nothing") }
                continue
            }
            let fits: Bool =
                switch payment.status {
                case .succeeded where state == "2": row[2] == "\(payment.amount)" && row[3] == "\(sum)"
                case .succeeded where state == "-2" || state == "-1": sum == payment.amount
                case .canceled: state == "-1" && sum == 0
                default: false
                }
            if !fits {
                problems.append("\(row) is \(payment.status) of \(payment.amount) at YooKassa, \(sum) went back")
            }
            // Parts of 10, each once; what was called off goes back whole.
            let parts = refunds.filter { $0.amount == 1_000 }.count
            if state == "2", parts != given[id] ?? 0 {
                problems.append("of \(id) \(given[id] ?? 0) parts were given back, YooKassa made \(parts)")
            }
        }
        let periods = Dictionary(grouping: yookassa.charges.filter { $0.metadata["subscription"] != nil }) {
            "\($0.metadata["subscription"] ?? "") \($0.metadata["period"] ?? "")"
        }
        for (period, charges) in periods where charges.count > 1 {
            problems.append("period \(period) was charged \(charges.count) times")
        }
        return problems
    }
}
