import NIOHTTP1
import Payments
import Pledg
import Sandbox
import StrictJSON
import TestSupport
import Testing
import YooKassa

@testable import Server

/// Money of a group that a payment system may give back by itself, or keeps off.
@Suite("Payments of a group that are called off, or get in each other's way")
struct PledgCalledOffTests {
    private static let charge = ["PLEDG_MONEY_MODEL": "charge"]

    private func begin(_ name: String, _ purchase: PledgScene.Purchase, _ scene: PledgScene) async throws
        -> (token: String, payment: YooKassaStoredPayment)
    {
        let token = try await scene.token(name, purchase)
        let start = try await scene.gateway.startShare(token, gateway: "yookassa").get()
        return (token, try await scene.begin(start))
    }

    private func payments(_ scene: PledgScene) throws -> YooKassaPayments {
        try #require(scene.running.server.yookassa).gateway.payments
    }

    @Test("begin again, where the payment cannot be called off: it stays under way, and counts if it is paid")
    func begunAgain() async throws {
        try await PledgScene.with(Self.charge) { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            try await scene.pay("ann", purchase, by: "yookassa")
            let (token, payment) = try await begin("bob", purchase, scene)
            let again = try await scene.gateway.giveUpShare(token)
            #expect(throws: PledgRefusal.underWay) { try again.get() }
            #expect(try await payments(scene).find(payment.id)?.payment.cancelledBy == nil)
            try await scene.confirm(payment)
            let isPaid = try await scene.becomes("SUCCESSFULL 0.00 -", purchase)
            #expect(isPaid)
            let isReimbursed = try await scene.comes { try await scene.kept(purchase) == 900_000 }
            #expect(isReimbursed)
            #expect(try await scene.movements(purchase) == ["reimbursement done 600000"])
        }
    }

    @Test("a share whose payment was called off before it was paid is not paid by it: that money goes back")
    func calledOff() async throws {
        try await PledgScene.with(Self.charge) { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            try await scene.pay("ann", purchase, by: "yookassa")
            let (token, payment) = try await begin("bob", purchase, scene)
            _ = try await payments(scene).cancel(payment.id, actor: "operator")
            try await scene.confirm(payment)
            let isBack = try await scene.comes { try await scene.movements(purchase) == ["stray done 300000"] }
            #expect(isBack)
            #expect(try await scene.line(purchase) == "INITIALIZED 0.00 -")
            #expect(try await scene.gateway.pledgerView(token)?.standing == .open)
            try await scene.pay("bob", purchase, by: "yookassa")
            let isPaid = try await scene.becomes("SUCCESSFULL 0.00 -", purchase)
            #expect(isPaid)
            let isReimbursed = try await scene.comes { try await scene.kept(purchase) == 900_000 }
            #expect(isReimbursed)
        }
    }

    @Test("the same of the leader's money before the group begins: nothing is secured by it")
    func calledOffAdvance() async throws {
        try await PledgScene.with(Self.charge) { scene in
            let purchase = try await scene.made()
            let payment = try await scene.begin(
                try await scene.gateway.startAdvance(purchase.token, gateway: "yookassa").get())
            _ = try await payments(scene).cancel(payment.id, actor: "operator")
            try await scene.confirm(payment)
            let isBack = try await scene.comes { try await scene.movements(purchase) == ["stray done 900000"] }
            #expect(isBack)
            #expect(try await scene.show(purchase)["funded_at"]?.isNull == true)
            #expect(try await scene.kept(purchase) == 0)
        }
    }

    @Test("what was held is called off while it is being taken: the group has not paid, and everybody gets his money")
    func calledOffWhileCapturing() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            let payment = try await scene.begin(
                try await scene.gateway.startAdvance(purchase.token, gateway: "yookassa").get())
            try await scene.confirm(payment)
            let isHeld = try await scene.comes { try await scene.show(purchase)["funded_at"]?.isNull == false }
            #expect(isHeld)
            scene.yookassa.conduct.faults[.capturePayment] = .dropped
            for name in ["ann", "bob"] { try await scene.pay(name, purchase, by: "yookassa") }
            let isTaking = try await scene.comes {
                try await payments(scene).find(payment.id)?.payment.step == .capturing
            }
            #expect(isTaking)
            _ = try await payments(scene).cancel(payment.id, actor: "operator")
            scene.yookassa.conduct.faults = [:]
            let isFailed = try await scene.becomes("FAILED 0.00 hold_lost", purchase)
            #expect(isFailed)
            let isBack = try await scene.comes { try await scene.kept(purchase) == 0 }
            #expect(isBack)
        }
    }

    @Test(
        "paid in time while a payment that came to nothing kept the share's order: it counts, however late that is seen"
    )
    func keptOff() async throws {
        let environment = Self.charge.merging(["YOOKASSA_HOLDS_ORDER": "false"]) { $1 }
        try await PledgScene.with(environment) { scene in
            let purchase = try await scene.made()
            try await scene.advance(purchase, by: "yookassa")
            try await scene.pay("ann", purchase, by: "yookassa")
            let end = try #require(try await scene.gateway.view(purchase.id)).expiresAt
            scene.move(to: end - 120_000)
            let (token, payment) = try await begin("bob", purchase, scene)
            let other = try await scene.gateway.startShare(token, gateway: "payme").get()
            try await scene.payme(other, performs: false)
            try await scene.confirm(payment)
            scene.move(to: end)
            let isPaid = try await scene.becomes("SUCCESSFULL 0.00 -", purchase)
            #expect(isPaid)
            let isReimbursed = try await scene.comes { try await scene.kept(purchase) == 900_000 }
            #expect(isReimbursed)
        }
    }

    @Test("more is taken of what is held than was asked, in the cabinet: the leader gets it back")
    func tookMore() async throws {
        try await PledgScene.with { scene in
            let purchase = try await scene.made()
            let payment = try await scene.begin(
                try await scene.gateway.startAdvance(purchase.token, gateway: "yookassa").get())
            try await scene.confirm(payment)
            let isHeld = try await scene.comes { try await scene.show(purchase)["funded_at"]?.isNull == false }
            #expect(isHeld)
            scene.yookassa.conduct.faults[.capturePayment] = .dropped
            scene.yookassa.conduct.noticeFault = .never
            for name in ["ann", "bob"] { try await scene.pay(name, purchase) }
            let isTaking = try await scene.comes {
                try await payments(scene).find(payment.id)?.payment.step == .capturing
            }
            #expect(isTaking)
            #expect(scene.yookassa.captureInCabinet(try #require(payment.providerID)))
            scene.yookassa.conduct.faults = [:]
            let isPaid = try await scene.becomes("SUCCESSFULL 0.00 -", purchase)
            #expect(isPaid)
            scene.clock.advance(milliseconds: PledgScene.hour)
            let isBack = try await scene.comes { try await scene.kept(purchase) == 900_000 }
            #expect(isBack)
            #expect(try await scene.movements(purchase) == ["capture done 300000", "reimbursement done 600000"])
        }
    }

    /// Wants no money given back.
    private final class Shop: PaymentHooks, @unchecked Sendable {
        override func mayRefund(_ transaction: Transaction) async throws -> Verdict { .refuse() }
    }

    @Test("a shop that lets nothing be given back is not asked about what moves within the group")
    func veto() async throws {
        try await PledgScene.world(Self.charge) { world in
            try await world.running(hooks: Shop()) { scene in
                let purchase = try await scene.made()
                try await scene.advance(purchase, by: "yookassa")
                for name in ["ann", "bob"] { try await scene.pay(name, purchase, by: "yookassa") }
                let isReimbursed = try await scene.comes { try await scene.kept(purchase) == 900_000 }
                #expect(isReimbursed)
                #expect(try await scene.movements(purchase) == ["reimbursement done 600000"])
                // What the merchant wants to give back is the shop's to allow.
                let asked = try await scene.call(.POST, "/purchase/\(purchase.id)/refund")
                #expect("\(asked.status) \(asked.problem ?? "")" == "409 refund-refused")
                try await scene.expectOrder()
            }
        }
    }
}
