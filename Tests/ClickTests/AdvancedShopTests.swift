import Click
import Crypto
import Foundation
import Payments
import StrictJSON
import TestSupport
import Testing

/// Source: click.md 1.13.
@Suite("Click's Advanced Shop")
struct AdvancedShopTests {
    private func counter(
        _ mode: ClickConfiguration.AdvancedShop = .all, hooks: PaymentHooks = PaymentHooks()
    ) async throws -> Counter {
        try await Counter(hooks: hooks) { $0.advancedShop = mode }
    }

    /// - Parameter params: JSON text, its members in their order; `signed` is what the test says they come to.
    private func send(
        _ counter: Counter, _ action: Int, paydoc: Int64 = 10, attempt: Int64 = 1,
        params: String = #"{"account":"A","amount":5000.00}"#, signed: String = "A5000.00", prepareID: Int64? = nil,
        sign: String? = nil
    ) async throws -> Told {
        let time = "2026-11-20 10:20:30"
        let text = "\(paydoc)\(attempt)\(Counter.service)\(Counter.secret)\(signed)\(action)\(time)"
        let digest = Insecure.MD5.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
        let prepare = prepareID.map { #","merchant_prepare_id":\#($0)"# } ?? ""
        return try await raw(
            counter,
            """
            {"action":\(action),"click_paydoc_id":\(paydoc),"attempt_trans_id":\(attempt),"service_id":\(Counter.service),\
            "sign_time":"\(time)","sign_string":"\(sign ?? digest)","params":\(params)\(prepare)}
            """)
    }

    private func raw(_ counter: Counter, _ json: String) async throws -> Told {
        var call = SentCall.prepare("A", 1)
        call.contentType = "application/json; charset=utf-8"
        call.raw = Array(json.utf8)
        return try await counter.send(call)
    }

    @Test("takes a payment: Prepare, Complete, Check")
    func payment() async throws {
        let counter = try await counter(.signed)
        #expect(try await send(counter, 3).value["status"] == 0)
        let prepared = try await send(counter, 1)
        #expect(prepared.error == 0)
        let id = try #require(prepared.prepareID)
        #expect(prepared.value["click_paydoc_id"] == 10)
        #expect(prepared.value["attempt_trans_id"] == 1)
        #expect(try await send(counter, 3, prepareID: id).value["status"] == 0)
        let done = try await send(counter, 2, prepareID: id)
        #expect(done.error == 0)
        #expect(done.confirmID == id)
        #expect(try await send(counter, 2, prepareID: id).error == -4)
        let checked = try await send(counter, 3, prepareID: id)
        #expect(checked.error == 0)
        #expect(checked.value["status"] == 2)
        #expect(checked.confirmID == id)
        await counter.shop.close()
    }

    @Test("a new attempt at a payment is the same payment, and pays an account once")
    func attempts() async throws {
        let counter = try await counter(.signed)
        let params = #"{"account":"phone","amount":5000}"#
        let first = try await send(counter, 1, attempt: 1, params: params, signed: "phone5000")
        let second = try await send(counter, 1, attempt: 2, params: params, signed: "phone5000")
        #expect(first.prepareID == second.prepareID)
        #expect(try await send(counter, 2, attempt: 2, params: params, signed: "phone5000").error == 0)
        #expect(try await send(counter, 2, attempt: 1, params: params, signed: "phone5000").error == -4)
        #expect(try await send(counter, 1, attempt: 3, params: params, signed: "phone5000").error == -4)
        #expect(try await counter.count("transactions") == 1)
        await counter.shop.close()
    }

    @Test("the signature covers the values of params in their order, as they came")
    func signature() async throws {
        let counter = try await counter(.signed)
        let params = #"{"amount":5000.00,"name":"\u0410 \"b\"","account":"A","n":1e3}"#
        #expect(try await send(counter, 1, params: params, signed: "5000.00А \"b\"A1e3").error == 0)
        for signed in ["A5000.00", "5000А \"b\"A1e3", "5000.00А \"b\"A1000", ""] {
            #expect(try await send(counter, 1, paydoc: 11, params: params, signed: signed).error == -1)
        }
        #expect(try await send(counter, 2, sign: String(repeating: "0", count: 32)).error == -1)
        #expect(try await send(counter, 9).error == -3)
        for undefined in ["null", "true", "[1]", "{}"] {
            let params = #"{"account":"A","amount":5000.00,"x":\#(undefined)}"#
            #expect(try await send(counter, 1, paydoc: 12, params: params).error == -8)
        }
        #expect(try await counter.count("transactions") == 1)
        await counter.shop.close()
    }

    @Test("a recorded call cannot be read as another payment's, though its numbers have no separator")
    func splitElsewhere() async throws {
        let counter = try await counter(.signed)
        let params = #"{"account":"phone","amount":5000}"#
        #expect(
            try await send(counter, 1, paydoc: 7_010, attempt: 2_512, params: params, signed: "phone5000").error == 0)
        for (paydoc, attempt) in [(70_102, 512), (701_025, 12), (701, 2_512)] as [(Int64, Int64)] {
            let isSameDigits = "\(paydoc)\(attempt)" == "70102512"
            for action in 1...3 {
                let told = try await send(
                    counter, action, paydoc: paydoc, attempt: attempt, params: params, signed: "phone5000")
                if isSameDigits { #expect(told.error == -1) }
            }
        }
        #expect(
            try await send(counter, 2, paydoc: 7_010, attempt: 2_512, params: params, signed: "phone5000").error == 0)
        await counter.shop.close()
    }

    @Test("a recorded call cannot be read as another action's, of this contract or the other")
    func readElsewhere() async throws {
        let counter = try await counter(.signed)
        // Prepare's tail A5000.00 + 1 + time is also that of Complete with one more param and a shorter time.
        _ = try await send(counter, 1)
        let recorded = Insecure.MD5.hash(
            data: Data("101\(Counter.service)\(Counter.secret)A5000.0012026-11-20 10:20:30".utf8)
        ).map { String(format: "%02x", $0) }.joined()
        let complete = """
            {"action":2,"click_paydoc_id":10,"attempt_trans_id":1,"service_id":\(Counter.service),\
            "sign_time":"026-11-20 10:20:30","sign_string":"\(recorded)",\
            "params":{"account":"A","amount":"5000.00","x":"1"}}
            """
        #expect(try await raw(counter, complete).error == -8)
        let shop = SentCall.prepare("A", 2_501_012_345).digest
        for (action, extra, time) in [(1, "02026-0", "-20 10:20:30"), (2, "0", "026-11-20 10:20:30")] {
            let call = """
                {"action":\(action),"click_paydoc_id":250101,"attempt_trans_id":2345,"service_id":\(Counter.service),\
                "sign_time":"\(time)","sign_string":"\(shop)",\
                "params":{"account":"A","amount":"5000.00","x":"\(extra)"}}
                """
            #expect(try await raw(counter, call).error == -8)
        }
        #expect(try await counter.shop.number("SELECT count(*) FROM transactions WHERE state = 2") == 0)
        await counter.shop.close()
    }

    @Test("a debit that is not welcome is something to look at")
    func unwelcomeDebit() async throws {
        let counter = try await counter(.signed)
        #expect(try await send(counter, 2).anomaly == .debitNotTaken)
        _ = try await send(counter, 1)
        let less = #"{"account":"A","amount":1}"#
        #expect(try await send(counter, 2, params: less, signed: "A1").anomaly == .debitNotTaken)
        #expect(try await send(counter, 2).anomaly == nil)
        await counter.shop.close()
    }

    @Test("wrong amounts, orders and numbers get the errors of the table")
    func errors() async throws {
        let counter = try await counter(.signed)
        let less = #"{"account":"A","amount":4999.99}"#
        #expect(try await send(counter, 1, params: less, signed: "A4999.99").error == -2)
        #expect(try await send(counter, 1, params: #"{"account":"A"}"#, signed: "A").error == -2)
        #expect(try await send(counter, 1, params: #"{"amount":5000.00}"#, signed: "5000.00").error == -5)
        let nobody = #"{"account":"nobody","amount":5000.00}"#
        #expect(try await send(counter, 1, params: nobody, signed: "nobody5000.00").error == -5)
        #expect(try await send(counter, 2, prepareID: 1).error == -6)
        let id = try #require(try await send(counter, 1).prepareID)
        #expect(try await send(counter, 2, prepareID: id + 1).error == -6)
        #expect(try await send(counter, 2, params: less, signed: "A4999.99", prepareID: id).error == -2)
        #expect(try await send(counter, 1, paydoc: 10, params: less, signed: "A4999.99").error == -2)
        try await counter.pay("B", 77)
        let other = #"{"account":"B","amount":5000.00}"#
        #expect(try await send(counter, 1, paydoc: 20, params: other, signed: "B5000.00").error == -4)
        await counter.shop.close()
    }

    @Test("Getinfo and Compare are answered only where the operator said who may ask")
    func unsigned() async throws {
        let getinfo = #"{"action":0,"service_id":54321,"params":{"account":"A"}}"#
        let day = #""from_date":"2020-01-01 00:00:00","till_date":"2040-01-01 00:00:00""#
        let compare = #"{"action":4,"service_id":54321,\#(day)}"#
        let closed = try await counter(.signed)
        #expect(try await raw(closed, getinfo).error == -3)
        #expect(try await raw(closed, compare).error == -3)
        await closed.shop.close()
        let off = try await counter(.off)
        #expect(try await raw(off, getinfo).error == -8)
        #expect(try await send(off, 1).error == -8)
        await off.shop.close()

        let counter = try await counter()
        let told = try await raw(counter, getinfo)
        #expect(told.error == 0)
        #expect(told.value["params"]?["amount"] == .number("5000.00"))
        #expect(try await raw(counter, getinfo.replacing("\"A\"", with: "\"phone\"")).error == 0)
        #expect(try await raw(counter, getinfo.replacing("\"A\"", with: "\"nobody\"")).error == -5)
        #expect(try await raw(counter, getinfo.replacing("54321", with: "1")).error == -1)
        #expect(try await counter.count("transactions") == 0)
        _ = try await send(counter, 1)
        #expect(try await raw(counter, compare).value["requests"] == [:])
        _ = try await send(counter, 2)
        try await counter.pay("B", 500)
        #expect(try await raw(counter, getinfo).error == -4)
        let list = try await raw(counter, compare)
        #expect(list.error == 0)
        #expect(
            list.value["requests"] == [
                "10": ["click_paydoc_id": 10, "params": ["account": "A", "amount": .number("5000.00")]],
                "7500": ["click_paydoc_id": 7_500, "params": ["account": "B", "amount": .number("5000.00")]],
            ])
        let before = compare.replacing("2040", with: "2021")
        #expect(try await raw(counter, before).value["requests"] == [:])
        for bad in ["2020-13-01 00:00:00", "2020-01-01", "2020-01-01T00:00:00", "", "2050-01-01 00:00:00"] {
            let asked = compare.replacing("2020-01-01 00:00:00", with: bad)
            #expect(try await raw(counter, asked).error == -8, "\(bad)")
        }
        await counter.shop.close()
    }

    @Test("what is no call is a bad request")
    func bodies() async throws {
        let counter = try await counter()
        for body in [
            "", "[]", "{}", "{", #"{"action":1}"#, #"{"action":"1","service_id":54321}"#,
            #"{"action":1,"service_id":54321}"#, #"{"action":1,"action":1,"service_id":54321}"#,
            #"{"action":1,"service_id":54321,"params":[],"click_paydoc_id":1,"attempt_trans_id":1}"#,
            #"{"action":0,"service_id":54321}"#,
        ] {
            #expect(try await raw(counter, body).error == -8, "\(body)")
        }
        await counter.shop.close()
    }
}
