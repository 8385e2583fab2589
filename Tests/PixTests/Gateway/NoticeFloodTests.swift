import Payments
import Pix
import StrictJSON
import TestSupport
import Testing

/// Without a secret and without certificates anybody may post.
@Suite("A flood of notices")
struct NoticeFloodTests {
    private func body(_ count: Int, txid: String, prefix: String = "E-") -> [UInt8] {
        JSONValue.array(
            (0..<count).map { number in
                ["endToEndId": .string("\(prefix)\(number)"), "txid": .string(txid), "valor": "1.00"]
            }
        ).serialized()
    }

    @Test("in one body is refused whole beyond 1,000 items, and taken whole up to there")
    func itemsMaximum() async throws {
        let till = try await Till()
        let view = try await till.create()
        let refused = await till.gateway.notices.take(body(1_001, txid: view.charge.txid), isAuthenticated: true)
        #expect(refused == PixNotices.Answer(status: 413, items: 1_001, news: 0))
        #expect(try await till.count("pix_notices") == 0)
        let taken = await till.gateway.notices.take(body(1_000, txid: view.charge.txid), isAuthenticated: true)
        #expect(taken == PixNotices.Answer(status: 200, items: 1_000, news: 1_000))
        #expect(try await till.count("pix_notices") == 1_000)
        try await till.close()
    }

    @Test("of one charge costs a few questions about payments, and one about the charge")
    func surplus() async throws {
        let till = try await Till()
        let view = try await till.create()
        _ = till.bank.takeCalls()
        for round in 0..<5 {
            _ = await till.gateway.notices.take(body(200, txid: view.charge.txid, prefix: "E\(round)-"))
        }
        #expect(try await till.count("pix_notices") == 8)
        till.bank.pay(view.charge.txid, 10_000)
        _ = await till.charges.advanceDue()
        #expect(till.bank.takeCalls().filter { $0.hasPrefix("charge") }.count == 1)
        #expect(try await till.status(view.charge.id) == .paid)
        for _ in 0..<40 {
            _ = await till.gateway.notices.advanceDue()
            till.clock.advance(milliseconds: 601_000)
        }
        #expect(till.bank.takeCalls().count == 8 * 12)
        #expect(try await till.shop.number("SELECT count(*) FROM pix_notices WHERE due_at IS NOT NULL") == 0)
        try await till.close()
    }

    @Test("of no concern is counted, and a thousand an hour are stored; of the bank's own every one is")
    func allowance() async throws {
        let till = try await Till()
        for round in 0..<3 {
            let answer = await till.gateway.notices.take(body(600, txid: "nobodys", prefix: "E\(round)-"))
            #expect(answer.status == 200)
        }
        #expect(try await till.count("pix_notices") == 1_000)
        #expect(till.anomalies.count == 1_800)
        _ = await till.gateway.notices.take(body(600, txid: "nobodys", prefix: "B-"), isAuthenticated: true)
        #expect(try await till.count("pix_notices") == 1_600)
        till.clock.advance(hours: 1)
        _ = await till.gateway.notices.take(body(600, txid: "nobodys", prefix: "C-"))
        #expect(try await till.count("pix_notices") == 2_200)
        try await till.close()
    }

    @Test("is forgotten: what was of no concern after 30 days, what was taken after 90")
    func pruned() async throws {
        let till = try await Till()
        let view = try await till.create()
        let payment = till.bank.pay(view.charge.txid, 10_000)
        _ = await till.gateway.notices.take(Notices.body(payment))
        _ = await till.gateway.notices.take(body(700, txid: "nobodys"), isAuthenticated: true)
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.count("pix_notices") == 701)
        till.clock.advance(hours: 24 * 30)
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.count("pix_notices") == 701)
        till.clock.advance(hours: 1)
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.count("pix_notices") == 1)
        till.clock.advance(hours: 24 * 60 - 1)
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.count("pix_notices") == 1)
        till.clock.advance(hours: 1)
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.count("pix_notices") == 0)
        #expect(try await till.line(view.charge.id) == "paid 2 0")
        try await till.close()
    }

    @Test("that the bank refuses to speak of is asked about three times")
    func refused() async throws {
        let till = try await Till()
        let view = try await till.create()
        _ = till.bank.takeCalls()
        till.bank.fail(
            "payment", .before(.refused(status: 400, name: "", detail: "")),
            .before(.refused(status: 400, name: "", detail: "")), .before(.refused(status: 422, name: "", detail: "")))
        _ = await till.gateway.notices.take(body(1, txid: view.charge.txid))
        for _ in 0..<6 {
            _ = await till.gateway.notices.advanceDue()
            till.clock.advance(milliseconds: 601_000)
        }
        #expect(till.bank.takeCalls() == ["payment ", "payment ", "payment "])
        #expect(try await till.shop.rows("SELECT state FROM pix_notices", columns: 1) == ["ignored"])
        try await till.close()
    }

    @Test("with one character of half a megabyte stores 16 kilobytes at the most")
    func longCharacters() async throws {
        let till = try await Till(.static)
        let view = try await till.create()
        // One Character, however many bytes.
        let heavy = "e" + String(repeating: "\u{301}", count: 250_000)
        #expect(heavy.count == 1)
        let item: JSONValue = [
            "endToEndId": "E-1", "txid": .string(view.charge.txid), "valor": "100.00", "chave": .string(Till.key),
            "infoPagador": .string(heavy),
        ]
        for text in [heavy, heavy + "{", String(repeating: "ж", count: 20_000)] {
            _ = await till.gateway.notices.take(Array(text.utf8))
        }
        _ = await till.gateway.notices.take(item.serialized(), isAuthenticated: true)
        #expect(try await till.shop.number("SELECT max(length(CAST(body AS BLOB))) FROM pix_notices") <= 16_384)
        // What matters of it is kept.
        _ = await till.gateway.notices.advanceDue()
        #expect(try await till.status(view.charge.id) == .paid)
        try await till.close()
    }
}
