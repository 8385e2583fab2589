import Payments
import Specification
import StrictJSON
import Synchronization
import TestSupport
import Testing
import YooKassa

@Suite("23: notifications are not believed")
struct NoticeTests {
    @Test("23.1: the notice comes before our create answer is stored: it is found by metadata.tx, and the answer fits")
    func beforeAnswer() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.fail("createPayment", .lostAnswer)
        let id = try await kiosk.create().payment.id
        let providerID = kiosk.provider.ids[0]
        kiosk.provider.pay(providerID)
        #expect(await kiosk.notify("payment.succeeded", providerID) == 200)
        #expect(try await kiosk.line(id) == "1 unknown - 0")
        _ = await kiosk.gateway.advance(.notices)
        #expect(try await kiosk.line(id) == "2 succeeded - 0")
        #expect(try await kiosk.view(id).payment.providerID == providerID)
        // The late answer of the same call changes nothing.
        await kiosk.later(minutes: 1)
        #expect(try await kiosk.line(id) == "2 succeeded - 0")
        #expect(kiosk.anomalies.isEmpty)
        try await kiosk.close()
    }

    @Test(
        "23.1: paid and told while our create answer is on its way: that answer, older than the notice, undoes nothing")
    func duringAnswer() async throws {
        let kiosk = try await Kiosk()
        let provider = kiosk.provider
        provider.onCreateWay.withLock { hook in
            hook = {
                provider.pay(provider.ids[0])
                await kiosk.notify("payment.succeeded", provider.ids[0])
                _ = await kiosk.gateway.advance(.notices)
            }
        }
        let view = try await kiosk.create()
        #expect(view.status == .succeeded && view.payment.providerID == provider.ids[0])
        for _ in 0..<3 { await kiosk.later(minutes: 21) }
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        #expect(provider.calls("createPayment").count == 1 && kiosk.anomalies.isEmpty)
        try await kiosk.close()
    }

    @Test("23.1: the database itself keeps one id of YooKassa's to one payment")
    func uniqueID() async throws {
        let kiosk = try await Kiosk()
        let (first, second) = (try await kiosk.create(), try await kiosk.create())
        let providerID = try #require(first.payment.providerID)
        await #expect(throws: (any Error).self) {
            try await kiosk.shop.execute(
                "UPDATE yookassa_payments SET provider_id = $1 WHERE id = $2",
                [.text(providerID), .text(second.payment.id)])
        }
        try await kiosk.close()
    }

    @Test("23.1: another payment that names the same one is never attached")
    func otherIdentity() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let stranger = kiosk.provider.addForeign { $0["metadata"] = ["tx": .string(view.payment.id)] }
        await kiosk.notify("payment.succeeded", stranger)
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "1 awaiting_payer awaiting_payer 0")
        #expect(kiosk.anomalies.contains(.identityDiffers))
        try await kiosk.close()
    }

    @Test("23.2: our create answer never comes: the notice alone resolves the attempt")
    func noAnswer() async throws {
        let kiosk = try await Kiosk()
        kiosk.provider.fail("createPayment", .lostAnswer, .lostCall, .lostCall, .lostCall)
        let id = try await kiosk.create().payment.id
        kiosk.provider.cancel(kiosk.provider.ids[0], "insufficient_funds")
        await kiosk.notify("payment.canceled", kiosk.provider.ids[0], status: "canceled")
        await kiosk.later(seconds: 1)
        #expect(try await kiosk.line(id) == "-1 canceled - 0")
        await kiosk.later(minutes: 60)
        #expect(kiosk.provider.calls("createPayment").count == 1)
        try await kiosk.close()
    }

    @Test("23.3: a notice that comes twice is one row, and performs once")
    func twice() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.pay(providerID)
        for _ in 0..<3 {
            #expect(await kiosk.notify("payment.succeeded", providerID) == 200)
            await kiosk.run()
        }
        #expect(
            try await kiosk.shop.rows("SELECT event, count FROM yookassa_notices", columns: 2) == [
                "payment.succeeded 3"
            ])
        #expect(try await kiosk.shop.history(view.transaction.key).filter { $0.hasPrefix("performed") }.count == 1)
        try await kiosk.close()
    }

    @Test("23.4: eight at once, while the job and the poll run too: one perform")
    func parallel() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.pay(providerID)
        kiosk.clock.advance(milliseconds: 60_000)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    await kiosk.notify("payment.succeeded", providerID)
                    await kiosk.run()
                }
            }
        }
        await kiosk.run()
        #expect(try await kiosk.shop.history(view.transaction.key).filter { $0.hasPrefix("performed") }.count == 1)
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        try await kiosk.close()
    }

    @Test("notices are kept for a month after they came last, and then forgotten, however many; none that waits")
    func forgotten() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        let providerID = try #require(view.payment.providerID)
        await kiosk.run()
        for number in 0..<1_200 {
            _ = await kiosk.gateway.notices.take(
                ScriptedYooKassa.notice("deal.closed", "\(number)"), sourceAddress: "185.71.76.1")
        }
        for _ in 0..<29 { await kiosk.later(minutes: 1_440) }
        await kiosk.notify("payment.succeeded", providerID)
        await kiosk.later(minutes: 1_439)
        #expect(try await kiosk.count("yookassa_notices") == 1_201)
        kiosk.provider.edit { $0.faults["payment"] = Array(repeating: .lostCall, count: 50) }
        await kiosk.notify("payment.canceled", providerID, status: "canceled")
        await kiosk.later(minutes: 61)
        #expect(try await kiosk.count("yookassa_notices") == 2)
        try await kiosk.close()
    }

    @Test("23.5: waiting_for_capture after succeeded: nothing to do")
    func lateHold() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.held()
        _ = try await kiosk.payments.capture(view.payment.id)
        await kiosk.notify(
            "payment.waiting_for_capture", try #require(view.payment.providerID), status: "waiting_for_capture")
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        #expect(kiosk.anomalies.isEmpty)
        try await kiosk.close()
    }

    @Test("23.6: canceled after succeeded: what YooKassa says decides, and if it contradicts itself somebody is told")
    func canceledAfterSuccess() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        let providerID = try #require(view.payment.providerID)
        await kiosk.notify("payment.canceled", providerID, status: "canceled")
        await kiosk.run()
        #expect(kiosk.anomalies.isEmpty)
        kiosk.provider.cancel(providerID)
        await kiosk.notify("payment.canceled", providerID, status: "canceled again")
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        #expect(kiosk.anomalies == [.contradiction])
        try await kiosk.close()
    }

    @Test("23.7: refund.succeeded before payment.succeeded: both, in their order")
    func refundFirst() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.pay(providerID)
        let refund = kiosk.provider.refundInCabinet(providerID, "30.00")
        await kiosk.notify("refund.succeeded", refund)
        _ = await kiosk.gateway.advance(.notices)
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded partially_refunded 3000")
        let history = try await kiosk.shop.history(view.transaction.key)
        #expect(
            history == [
                "created - > 1 by yookassa", "performed 1 > 2 by yookassa", "partly_refunded 2 > 2 by yookassa",
            ])
        try await kiosk.close()
    }

    @Test("23.8: a refund that was made in the cabinet is imported once")
    func cabinet() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        let refund = kiosk.provider.refundInCabinet(try #require(view.payment.providerID), "100.00")
        for _ in 0..<2 {
            await kiosk.notify("refund.succeeded", refund)
            await kiosk.run()
        }
        #expect(try await kiosk.line(view.payment.id) == "-2 succeeded - 10000")
        #expect(try await kiosk.refunds() == ["cabinet succeeded 10000"])
        #expect(kiosk.anomalies == [.foreignRefund])
        try await kiosk.close()
    }

    @Test("23.8: one whose answer to us was lost is not taken for the cabinet's")
    func lostRefundAnswer() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        kiosk.provider.fail("createRefund", .lostAnswer)
        _ = try await kiosk.gateway.refunds.request(
            view.transaction, amount: Money(minor: 2_500, currency: .rub), actor: "shop", alongside: nil)
        _ = await kiosk.gateway.advance(.refunds)
        await kiosk.notify("refund.succeeded", kiosk.provider.refundIDs[0])
        _ = await kiosk.gateway.advance(.notices)
        #expect(try await kiosk.refunds() == ["merchant asked 2500"])
        await kiosk.later(seconds: 10)
        #expect(try await kiosk.refunds() == ["merchant succeeded 2500"])
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded partially_refunded 2500")
        #expect(kiosk.provider.refundIDs.count == 1)
        try await kiosk.close()
    }

    @Test("23.28: a sender who is not on the list gets 403, is counted, and changes nothing; the poll goes on")
    func foreignSender() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.pay(providerID)
        for sender in ["8.8.8.8", "185.71.76.32", "77.75.154.127", "2a02:5181::1", "", "nonsense"] {
            #expect(await kiosk.notify("payment.succeeded", providerID, from: sender) == 403)
        }
        #expect(await kiosk.gateway.notices.take([], sourceAddress: nil) == 403)
        #expect(try await kiosk.count("yookassa_notices") == 0)
        #expect(kiosk.anomalies.filter { $0 == .foreignSender }.count == 7)
        await kiosk.later(minutes: 1)
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        try await kiosk.close()
    }

    @Test(
        "14: YooKassa's own networks are on the list",
        arguments: [
            "185.71.76.0", "185.71.76.31", "185.71.77.31", "77.75.153.127", "77.75.154.128", "77.75.156.11",
            "77.75.156.35", "2a02:5180:0:1509::1", "2a02:5180:0:2669::1", "::ffff:185.71.76.5",
        ])
    func senders(address: String) throws {
        #expect(try YooKassaSenders(Specifications.load().yookassa.senders).contains(address))
    }

    @Test("a list with what is no network is refused", arguments: ["", "1.2.3", "1.2.3.4/33", "::/129", "a/8"])
    func badList(text: String) {
        #expect(throws: YooKassaSetupError.self) { try YooKassaSenders([text]) }
    }

    @Test("behind a tunnel every address is taken, and YooKassa's word alone counts")
    func tunnel() async throws {
        let kiosk = try await Kiosk { $0.senderCheck = .api }
        let view = try await kiosk.create()
        // 24: forged, with a real id: YooKassa says pending.
        #expect(await kiosk.notify("payment.succeeded", try #require(view.payment.providerID), from: "8.8.8.8") == 200)
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "1 awaiting_payer awaiting_payer 0")
        try await kiosk.close()
    }

    @Test("behind a tunnel anybody may send: strangers' notices are bounded in number, bytes and days")
    func flood() async throws {
        let kiosk = try await Kiosk { $0.senderCheck = .api }
        let view = try await kiosk.create()
        func stranger(_ number: Int, event: String = "payment.succeeded", words: String = "") async -> Int {
            let digits = String(100_000_000_000 + number)
            let bytes = ScriptedYooKassa.notice(event, "2d0f8a1e-000f-5000-9000-" + digits, status: "succeeded" + words)
            return await kiosk.gateway.notices.take(bytes, sourceAddress: "8.8.8.8")
        }
        let long = String(repeating: "x", count: 20_000)
        var taken = 0
        for number in 0..<50 where await stranger(number, words: long) == 200 { taken += 1 }
        for number in 50..<200 where await stranger(number, event: "deal.closed") == 200 { taken += 1 }
        #expect(taken == 60)
        #expect(await stranger(1_001) == 503)
        #expect(try await kiosk.shop.number("SELECT max(length(body)) FROM yookassa_notices") <= 4_096)
        // What is of a payment that is known here is taken all the same, and every variant of it is no row of its own.
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.pay(providerID)
        for number in 0..<30 {
            #expect(await kiosk.notify("payment.succeeded", providerID, status: "\(number)", from: "8.8.8.8") == 200)
        }
        #expect(await kiosk.notify("payment.succeeded", providerID, from: "8.8.8.8") == 200)
        #expect(try await kiosk.count("yookassa_notices WHERE object_id = '\(providerID)'") <= 10)
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        await kiosk.later(minutes: 1)
        #expect(await stranger(2_000) == 200)
        await kiosk.run()
        // A day later those that nothing is known of are forgotten; what is known of stays for its month.
        await kiosk.later(minutes: 25 * 60)
        let left = try await kiosk.shop.rows("SELECT DISTINCT object_id FROM yookassa_notices", columns: 1)
        #expect(left == [providerID])
        try await kiosk.close()
    }

    @Test("24: a forged notification does not use up the true one, which is the same event of the same payment")
    func forgedFirst() async throws {
        let kiosk = try await Kiosk()
        for isHold in [false, true] {
            let view = isHold ? try await kiosk.held() : try await kiosk.create()
            let id = try #require(view.payment.providerID)
            await kiosk.notify("payment.succeeded", id)
            await kiosk.run()
            #expect(try await kiosk.view(view.payment.id).transaction.state == .created)
            if isHold { kiosk.provider.succeed(id) } else { kiosk.provider.pay(id) }
            await kiosk.notify("payment.succeeded", id)
            await kiosk.run()
            #expect(try await kiosk.view(view.payment.id).transaction.state == .performed, "held: \(isHold)")
            // Whatever is told of a payment that has ended is looked at once.
            let asked = kiosk.provider.calls("payment").count
            await kiosk.notify("payment.succeeded", id)
            await kiosk.run()
            #expect(kiosk.provider.calls("payment").count == asked)
        }
        try await kiosk.close()
    }

    @Test("24: the true one may come while YooKassa is asked about the forged one")
    func trueOneMeanwhile() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let id = try #require(view.payment.providerID)
        await kiosk.notify("payment.succeeded", id)
        kiosk.provider.onWay.withLock { hook in
            hook = {
                kiosk.provider.onWay.withLock { $0 = nil }
                kiosk.provider.pay(id)
                await kiosk.notify("payment.succeeded", id)
            }
        }
        await kiosk.run()
        await kiosk.run()
        #expect(try await kiosk.view(view.payment.id).transaction.state == .performed)
        try await kiosk.close()
    }

    @Test(
        "14: what is no notification is 400 and stores nothing",
        arguments: [
            "", "{", "[]", "{}", #"{"type":"notification"}"#, #"{"type":"notification","event":"payment.succeeded"}"#,
            #"{"type":"notification","event":"payment.succeeded","object":{}}"#,
            #"{"type":"notification","event":"payment.succeeded","object":{"id":"short"}}"#,
            #"{"type":"other","event":"payment.succeeded","object":{"id":"2d0f8a1e-000f-5000-8000-000000000001"}}"#,
            #"{"type":"notification","event":"","object":{"id":"2d0f8a1e-000f-5000-8000-000000000001"}}"#,
        ])
    func malformed(text: String) async throws {
        let kiosk = try await Kiosk()
        #expect(await kiosk.gateway.notices.take(Array(text.utf8), sourceAddress: "77.75.156.11") == 400)
        #expect(try await kiosk.count("yookassa_notices") == 0)
        await kiosk.shop.close()
    }

    @Test("14: 256 KiB and not a byte more")
    func length() async throws {
        let kiosk = try await Kiosk()
        let bytes = ScriptedYooKassa.notice("payment.succeeded", "2d0f8a1e-000f-5000-8000-000000000001")
        let most = kiosk.gateway.notices.bytesMaximum
        #expect(most == 262_144)
        let full = bytes + [UInt8](repeating: 0x20, count: most - bytes.count)
        #expect(await kiosk.gateway.notices.take(full, sourceAddress: "77.75.156.11") == 200)
        #expect(await kiosk.gateway.notices.take(full + [0x20], sourceAddress: "77.75.156.11") == 400)
        await kiosk.shop.close()
    }

    @Test("23.31: an unknown event is stored, answered 200, and ignored; so are payouts")
    func unknownEvent() async throws {
        let kiosk = try await Kiosk()
        for event in ["payment.frozen", "payout.succeeded", "refund.canceled"] {
            #expect(await kiosk.notify(event, "po-1") == 200)
        }
        await kiosk.run()
        #expect(
            try await kiosk.shop.rows("SELECT state FROM yookassa_notices", columns: 1) == [
                "ignored", "ignored", "ignored",
            ])
        #expect(kiosk.provider.calls.isEmpty)
        try await kiosk.close()
    }

    @Test("23.31: an unknown status changes nothing, is told, and is looked at again")
    func unknownStatus() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.set(providerID) { $0["status"] = "frozen" }
        await kiosk.later(minutes: 1)
        #expect(kiosk.anomalies == [.unknownStatus])
        #expect(try await kiosk.line(view.payment.id) == "1 awaiting_payer awaiting_payer 0")
        kiosk.provider.set(providerID) { $0["status"] = "pending" }
        kiosk.provider.pay(providerID)
        await kiosk.later(minutes: 21)
        #expect(try await kiosk.line(view.payment.id) == "2 succeeded - 0")
        try await kiosk.close()
    }

    @Test("23.32: of another shop, of another product, or made up: dropped")
    func foreign() async throws {
        let kiosk = try await Kiosk()
        let product = kiosk.provider.addForeign()
        for id in [product, "2d0f8a1e-000f-5000-8000-999999999999"] { await kiosk.notify("payment.succeeded", id) }
        await kiosk.notify("refund.succeeded", "2d0f8a1e-000f-5000-8000-888888888888")
        await kiosk.run()
        let states = try await kiosk.shop.rows("SELECT DISTINCT state FROM yookassa_notices", columns: 1)
        #expect(states == ["dropped"])
        #expect(kiosk.anomalies == [.foreignNotice, .foreignNotice, .foreignNotice])
        // 14.3: a repeat wakes what was dropped.
        await kiosk.notify("payment.succeeded", product)
        #expect(try await kiosk.count("yookassa_notices WHERE state = 'waiting'") == 1)
        await kiosk.run()
        try await kiosk.close()
    }

    @Test("23.32: a payment that names ours and is of another shop is put into quarantine")
    func otherShop() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.create()
        let providerID = try #require(view.payment.providerID)
        kiosk.provider.pay(providerID)
        kiosk.provider.set(providerID) { $0["recipient"] = ["account_id": "999"] }
        await kiosk.notify("payment.succeeded", providerID)
        await kiosk.run()
        #expect(try await kiosk.line(view.payment.id) == "1 quarantined quarantined 0")
        #expect(kiosk.anomalies == [.shopDiffers])
        try await kiosk.close()
    }

    @Test("14.4: while YooKassa does not answer, it is asked after 5 s, 30 s, 2 min, 10 min, 1 h, for a day")
    func retries() async throws {
        let kiosk = try await Kiosk()
        let view = try await kiosk.paid()
        kiosk.provider.forgetCalls()
        kiosk.provider.edit { $0.faults["payment"] = Array(repeating: .lostCall, count: 100) }
        await kiosk.notify("payment.succeeded", try #require(view.payment.providerID))
        await kiosk.run()
        for (seconds, asked) in [(5, 2), (30, 3), (120, 4), (600, 5), (3_600, 6), (3_600, 7)] {
            await kiosk.later(seconds: Int64(seconds) - 1)
            #expect(kiosk.provider.calls("payment").count == asked - 1)
            await kiosk.later(seconds: 1)
            #expect(kiosk.provider.calls("payment").count == asked)
        }
        for _ in 0..<24 { await kiosk.later(minutes: 60) }
        #expect(kiosk.anomalies.contains(.noticeLost))
        let states = try await kiosk.shop.rows("SELECT state FROM yookassa_notices", columns: 1)
        #expect(states == ["dropped"])
        try await kiosk.close()
    }

    @Test("nothing could be stored: 500, so that it comes again")
    func notStored() async throws {
        let kiosk = try await Kiosk()
        await kiosk.shop.close()
        #expect(await kiosk.notify("payment.succeeded", "2d0f8a1e-000f-5000-8000-000000000001") == 500)
    }
}
