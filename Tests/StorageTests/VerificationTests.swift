import Payments
import Storage
import TestSupport
import Testing

@Suite("Verification")
struct VerificationTests {
    @Test(
        "a database with every kind of history is in order, and everything was looked at",
        arguments: EngineKind.allCases)
    func everyHistory(kind: EngineKind) async throws {
        let history = try await EveryHistory(kind)
        #expect(try await history.verify() == [])
        let report = try await EveryHistory.verifier(at: history.shop.clock.now).run(on: history.shop.store.engine)
        let examined = Dictionary(uniqueKeysWithValues: report.results.map { ($0.name, $0.findings.examined) })
        let rows = try await history.shop.read { try $0.countRows() }
        #expect(rows.transactions == 10 && rows.orders == 8)
        #expect(
            examined == [
                "schema": Int64(TestStore.migrations.count), "transactions": 10, "journal": rows.journal, "orders": 8,
                "outbox": rows.journal, "receipts": 1,
            ])
        await history.shop.close()
    }

    @Test("an empty database is in order", arguments: EngineKind.allCases)
    func empty(kind: EngineKind) async throws {
        let shop = try await TestStore(kind)
        let report = try await EveryHistory.verifier(at: start).run(on: shop.store.engine)
        #expect(report.isInOrder && report.results.count == 6)
        await shop.close()
    }

    /// What is done to the database, and the whole of what is then found. Numbers are those of ``EveryHistory``.
    static let faults: [(sql: [String], found: [String])] = [
        (
            ["UPDATE transactions SET state = 2, perform_time = create_time WHERE id = 1"],
            [
                "journal: transaction 1: its journal leads to state 1, the row says 2",
                "journal: transaction 1: its journal leads to perform_time 0, the row says \(start)",
                "orders: order waiting: its transactions come to 500000 paid, their journals to 0",
            ]
        ),
        (
            ["UPDATE transactions SET perform_time = perform_time + 1 WHERE id = 2"],
            ["journal: transaction 2: its journal leads to perform_time \(start), the row says \(start + 1)"]
        ),
        (
            ["UPDATE journal SET paid_at = \(start + 2) WHERE transaction_id = 2 AND change = 'performed'"],
            ["journal: transaction 2: its journal leads to perform_time \(start + 2), the row says \(start)"]
        ),
        (
            ["UPDATE transactions SET create_time = create_time - 1 WHERE id = 9"],
            ["journal: transaction 9: its journal leads to create_time \(late), the row says \(late - 1)"]
        ),
        (
            ["UPDATE transactions SET cancel_time = 0 WHERE id = 3"],
            ["journal: transaction 3: its journal leads to cancel_time \(start + 1_000), the row says 0"]
        ),
        (
            ["UPDATE transactions SET reason = 7 WHERE id = 4"],
            ["journal: transaction 4: its journal leads to reason 5, the row says 7"]
        ),
        (
            ["UPDATE transactions SET refunded_amount = 99 WHERE id = 5"],
            [
                "journal: transaction 5: its journal leads to refunded_amount 100, the row says 99",
                "orders: order part: its transactions come to 499901 paid, their journals to 499900",
            ]
        ),
        (
            ["UPDATE transactions SET refunded_amount = 1 WHERE id = 1"],
            [
                "transactions: transaction 1: state 1 does not go with 1 refunded",
                "journal: transaction 1: its journal leads to refunded_amount 0, the row says 1",
            ]
        ),
        (
            ["UPDATE transactions SET holds_order = 0 WHERE id = 2"],
            [
                "journal: transaction 2: its journal leads to holds_order 1, the row says 0",
                "orders: order paid: it stands as pending, its transactions make it paid",
                "orders: order paid: it stands with 0 paid, its transactions come to 500000",
            ]
        ),
        (
            ["UPDATE transactions SET holds_order = 1 WHERE id = 9"],
            [
                "transactions: transaction 9: it holds its order, which it may not",
                "journal: transaction 9: its journal leads to holds_order 0, the row says 1",
            ]
        ),
        (
            ["UPDATE transactions SET receivers = 'main:1,other:2' WHERE id = 8"],
            ["transactions: transaction 8: its receivers get 3 of 500000"]
        ),
        (
            ["UPDATE transactions SET currency = 'XXX' WHERE id = 3"],
            ["transactions: transaction 3: its row cannot be read"]
        ),
        (
            ["DELETE FROM journal WHERE transaction_id = 3", "DELETE FROM outbox WHERE transaction_id = 3"],
            ["journal: transaction 3: it has no journal"]
        ),
        (
            ["UPDATE journal SET change = 'performed', to_state = 2 WHERE transaction_id = 3 AND from_state = 1"],
            [
                "journal: transaction 3: line 12 of its journal (performed) has another reason than the machine gives",
                "orders: order off: its transactions come to 0 paid, their journals to 500000",
            ]
        ),
        (
            ["UPDATE journal SET from_state = 2 WHERE id = 12"],
            ["journal: transaction 3: line 12 of its journal (cancelled) begins in state 2, but the history stood in 1"]
        ),
        (
            ["UPDATE journal SET to_state = -2 WHERE id = 12"],
            ["journal: transaction 3: line 12 of its journal (cancelled) ends in state -2, but it leads to -1"]
        ),
        (
            ["UPDATE journal SET change = 'vanished' WHERE id = 12"],
            ["journal: transaction 3: line 12 of its journal cannot be read"]
        ),
        (
            [
                "UPDATE journal SET at = at - 46800000 WHERE change = 'expired'",
                "UPDATE outbox SET created_at = created_at - 46800000 WHERE journal_id IN (SELECT id FROM journal WHERE change = 'expired')",
            ],
            ["journal: transaction 7: line 17 of its journal (expired) is no change that state 1 allows at that time"]
        ),
        (
            ["UPDATE journal SET amount = 99 WHERE id = 14"],
            [
                "journal: transaction 5: line 14 of its journal (partly_refunded) does not have the amounts of the "
                    + "transaction",
                "orders: order part: its transactions come to 499900 paid, their journals to 499901",
            ]
        ),
        (
            [
                "INSERT INTO journal (transaction_id, at, change, to_state, actor, amount, refunded_amount) "
                    + "VALUES (99, 5, 'created', 1, 'payme', 5, 0)"
            ],
            ["journal: journal line 25: there is no transaction 99"]
        ),
        (
            [
                "INSERT INTO journal (transaction_id, at, change, from_state, to_state, actor, amount, refunded_amount) "
                    + "VALUES (2, \(late), 'performed', 2, 2, 'payme', 500000, 0)"
            ],
            [
                "journal: transaction 2: line 25 of its journal (performed) is no change that state 2 allows at that time",
                "orders: order paid: its transactions come to 500000 paid, their journals to 1000000",
            ]
        ),
        (
            ["DELETE FROM transactions WHERE id = 9"],
            [
                "journal: journal line 20: there is no transaction 9",
                "journal: journal line 21: there is no transaction 9",
                "outbox: outbox row 20: there is no transaction 9",
                "outbox: outbox row 21: there is no transaction 9",
            ]
        ),
        (
            ["UPDATE orders SET amount = 1 WHERE id = 'paid'"],
            ["orders: order paid: transaction 2 of 5000.00 UZS is not what it asks for"]
        ),
        (
            ["UPDATE orders SET minimum = 500001 WHERE id = 'wallet'"],
            ["orders: order wallet: transaction 9 of 5000.00 UZS is not what it asks for"]
        ),
        (
            ["UPDATE orders SET kind = 'cumulative', amount = NULL WHERE id = 'waiting'"],
            ["orders: order waiting: it is cumulative, transaction 1 is not"]
        ),
        (
            ["UPDATE orders SET currency = 'XXX' WHERE id = 'off'"], ["orders: order off: its row cannot be read"]
        ),
        (
            ["DROP INDEX transactions_holding", "UPDATE transactions SET order_id = 'paid' WHERE id = 1"],
            [
                "orders: order paid: transactions 1, 2 are live at once, and it is paid once",
                "orders: order paid: it stands as pending, its transactions make it paid",
                "outbox: outbox row 1: its order is not that of transaction 1",
            ]
        ),
        (
            ["DELETE FROM outbox WHERE id = 9"],
            ["outbox: journal line 9: the change of transaction 4 has no row in the outbox for hooks"]
        ),
        (
            ["UPDATE outbox SET journal_id = 8 WHERE id = 9"],
            [
                "outbox: outbox row 9: its journal line is of another transaction",
                "outbox: outbox row 9: hooks gets journal line 8 a second time",
                "outbox: journal line 9: the change of transaction 4 has no row in the outbox for hooks",
            ]
        ),
        (
            ["UPDATE outbox SET journal_id = 77 WHERE id = 24"],
            [
                "outbox: outbox row 24: there is no journal line 77",
                "outbox: journal line 24: the change of transaction 10 has no row in the outbox for hooks",
            ]
        ),
        (["UPDATE outbox SET attempts = -1 WHERE id = 3"], ["outbox: outbox row 3: waiting after -1 attempts"]),
        (["UPDATE outbox SET attempts = 0 WHERE id = 1"], ["outbox: outbox row 1: delivered after 0 attempts"]),
        (["UPDATE outbox SET attempts = 3 WHERE id = 3"], ["outbox: outbox row 3: tried 3 times without an error"]),
        (["UPDATE outbox SET last_error = 'x' WHERE id = 1"], ["outbox: outbox row 1: delivered, but with an error"]),
        (
            ["UPDATE outbox SET created_at = 5 WHERE id = 3"],
            ["outbox: outbox row 3: it was not made together with its journal line"]
        ),
        (
            ["UPDATE outbox SET due_at = 9223372036854775807 WHERE id = 3"],
            ["outbox: outbox row 3: it waits behind another of its order, and there is none"]
        ),
        (
            ["UPDATE outbox SET topic = 'news' WHERE id = 3"],
            [
                "outbox: outbox row 3: its topic is not known",
                "outbox: journal line 3: the change of transaction",
            ]
        ),
        (
            ["UPDATE outbox SET dead_at = 5 WHERE id = 1"],
            ["outbox: outbox row 1: delivered, and given up"]
        ),
        (
            ["UPDATE outbox SET dead_at = 5 WHERE id = 24"],
            ["outbox: outbox row 24: given up without an attempt"]
        ),
        (
            [
                """
                INSERT INTO outbox (target, topic, journal_id, transaction_id, order_id, created_at, due_at, attempts)
                SELECT target, 'order', journal_id, transaction_id, order_id, created_at, created_at, 0
                FROM outbox WHERE id = 1
                """
            ],
            ["outbox: outbox row 25: it says that its order is paid, and its journal line does not"]
        ),
        (
            ["UPDATE payme_fiscal_receipts SET transaction_id = 99"],
            ["receipts: receipt PERFORM of transaction 99: there is no such transaction"]
        ),
        (
            ["UPDATE transactions SET gateway = 'click' WHERE id = 2"],
            ["receipts: receipt PERFORM of transaction 2: the transaction is of click"]
        ),
        (
            ["UPDATE payme_fiscal_receipts SET data = '{'"],
            ["receipts: receipt PERFORM of transaction 2: what the tax office said cannot be read"]
        ),
        (
            ["INSERT INTO schema_migrations (name, position, applied_at) VALUES ('2031-01-future', 9, 5)"],
            ["schema: migration 2031-01-future: this version does not know it"]
        ),
        (["DROP TABLE payme_fiscal_receipts"], ["receipts: the database: could not be read to its end: "]),
    ]

    private static let late = start + 1_000 + 13 * 3_600_000

    @Test("what is broken by hand is found and named, and nothing else is", arguments: faults.indices)
    func fault(number: Int) async throws {
        let fault = Self.faults[number]
        let history = try await EveryHistory(.sqlite)
        for sql in fault.sql { try await history.shop.execute(sql) }
        let found = try await history.verify()
        let matches = found.count == fault.found.count && zip(found, fault.found).allSatisfy { $0.hasPrefix($1) }
        #expect(matches, "\(fault.sql): \(found.joined(separator: "\n"))")
        await history.shop.close()
    }

    @Test("a receiver that was switched off for a time, and a shop's own migration, are no fault if one says so")
    func excused() async throws {
        let history = try await EveryHistory(.sqlite)
        try await history.shop.execute("DELETE FROM outbox WHERE id BETWEEN 5 AND 9")
        // What was behind them is due, as it would be had they been delivered.
        try await history.shop.execute("UPDATE outbox SET due_at = created_at WHERE delivered_at IS NULL")
        #expect(try await history.verify().count == 5)
        #expect(try await history.verify(paused: ["hooks"]) == [])
        try await history.shop.execute(
            "INSERT INTO schema_migrations (name, position, applied_at) VALUES ('shop-1', 9, 5)")
        #expect(try await history.verify(paused: ["hooks"]).count == 1)
        #expect(try await history.verify(paused: ["hooks"], foreign: ["shop-1"]) == [])
        await history.shop.close()
    }

    @Test("an order of a hook's, which is in no table, is in order")
    func foreignOrder() async throws {
        let history = try await EveryHistory(.sqlite)
        try await history.shop.execute("DELETE FROM orders")
        #expect(try await history.verify() == [])
        await history.shop.close()
    }

    @Test(
        "a database of an older version, and one of another program, cannot be verified: that is an error, no verdict")
    func older() async throws {
        let history = try await EveryHistory(.sqlite)
        try await history.shop.execute("DELETE FROM schema_migrations WHERE name = '2026-11-readiness'")
        let failure = await #expect(throws: VerificationFailure.self) { try await history.verify() }
        #expect(failure?.description.contains("'2026-11-readiness' is missing") == true)
        try await history.shop.execute("DROP TABLE schema_migrations")
        let second = await #expect(throws: VerificationFailure.self) { try await history.verify() }
        #expect(second?.description.contains("no database of tiyin") == true)
        await history.shop.close()
    }

    @Test("faults beyond those that are kept are counted")
    func many() async throws {
        let shop = try await TestStore(.sqlite)
        let count = 3 * DatabaseFindings.keptMaximum
        try await shop.write { session in
            for number in 0..<count {
                _ = try session.append(
                    JournalEntry(
                        transactionID: Int64(number + 1), at: start, change: .created, from: nil, to: .created,
                        actor: "payme", reason: nil, amount: 5))
            }
        }
        let report = try await EveryHistory.verifier(at: start).run(on: shop.store.engine)
        #expect(report.violations == Int64(count))
        #expect(EveryHistory.lines(report).count == DatabaseFindings.keptMaximum)
        await shop.close()
    }

    @Test(
        "pages end where they end: no transaction and no line is left out or taken twice",
        arguments: [499, 500, 501, 1_000])
    func pages(count: Int) async throws {
        let shop = try await TestStore(.sqlite)
        try await shop.write { session in
            for number in 0..<count {
                let transaction = topUp("t\(number)")
                guard let id = try session.insert(transaction) else { continue }
                _ = try session.append(
                    JournalEntry(
                        transactionID: id, at: transaction.createTime, change: .created, from: nil, to: .created,
                        actor: "payme", reason: nil, amount: 500_000))
            }
        }
        let report = try await EveryHistory.verifier(at: start).run(on: shop.store.engine)
        #expect(EveryHistory.lines(report) == [])
        let examined = report.results.filter { ["transactions", "journal"].contains($0.name) }.map(\.findings.examined)
        #expect(examined == [Int64(count), Int64(count)])
        await shop.close()
    }
}
