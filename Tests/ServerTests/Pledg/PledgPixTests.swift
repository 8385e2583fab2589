import NIOHTTP1
import Payments
import Pix
import Pledg
import Specification
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox
@testable import Server

@Suite("A group pays by Pix", .enabled(if: CertificateMaker.isThere, "openssl is not installed"))
struct PledgPixTests {
    private static let body =
        #"{"organiser_email":"leader@example.com","amount":{"value":"90.00","currency":"BRL"},"reference":"ORD-1"}"#

    private func purchase(_ scene: PixInterShop) async throws -> PledgPurchaseView {
        let reply = try await scene.shop.send(.POST, "/purchase", Self.body, key: scene.running.merchantKey)
        try #require(reply.status == 201, "\(reply.text)")
        let gateway = try #require(scene.running.server.pledg).gateway
        let id = try #require(reply.json["id"]?.stringValue)
        let view = try #require(try await gateway.view(id))
        try await gateway.setMembers(view.pageToken, [PledgMember(email: "ann@example.com")], .equal).get()
        return view
    }

    private func charge(_ scene: PixInterShop, _ start: PledgStart) async throws -> PixChargeView {
        try await scene.gateway.charges.create(
            PixChargeRequest(amount: start.amount.minor, orderID: start.orderID, expirySeconds: 3_600)
        ).get()
    }

    private func collecting(_ scene: PixInterShop) async throws -> (PledgGateway, PledgPurchaseView) {
        let gateway = try #require(scene.running.server.pledg).gateway
        let view = try await purchase(scene)
        let advance = try await charge(scene, try await gateway.startAdvance(view.pageToken, gateway: "pix").get())
        try scene.bank.pay(txid: advance.charge.txid)
        let isFunded = await eventually {
            try? await scene.goOn(1)
            return (try? await gateway.view(view.id))??.fundedAt != nil
        }
        try #require(isFunded)
        return (gateway, try #require(try await gateway.view(view.id)))
    }

    /// Ann's charge, and a time a moment after the end.
    private func last(
        _ scene: PixInterShop, _ gateway: PledgGateway, _ view: PledgPurchaseView
    ) async throws -> PixChargeView {
        let link = try #require(try await gateway.links(view.id).first { !$0.isLeader })
        let clock = scene.running.clock
        clock.advance(milliseconds: view.expiresAt - 600_000 - clock.now)
        return try await charge(scene, try await gateway.startShare(link.token, gateway: "pix").get())
    }

    private func ends(_ gateway: PledgGateway, _ view: PledgPurchaseView, _ scene: PixInterShop) async throws -> String
    {
        let isOver = await eventually {
            scene.running.server.wakeJobs()
            return (try? await gateway.view(view.id))??.endedAt != nil
        }
        try #require(isOver)
        return try #require(try await gateway.view(view.id)).state.rawValue
    }

    @Test("the bank is asked before anything fails: a payment that nobody told of counts, and the leader is reimbursed")
    func untold() async throws {
        try await PixInterShop.with { scene in
            let (gateway, view) = try await collecting(scene)
            let share = try await last(scene, gateway, view)
            try scene.bank.pay(txid: share.charge.txid)
            let clock = scene.running.clock
            clock.advance(milliseconds: view.expiresAt + 1 - clock.now)
            #expect(try await ends(gateway, view, scene) == "SUCCESSFULL")
            let isBack = await eventually {
                try? await scene.goOn(1)
                scene.running.server.wakeJobs()
                return (try? await gateway.leaderView(view.pageToken))??.reimbursement == .done(4_500)
            }
            #expect(isBack)
        }
    }

    @Test("what is not paid then is called off at the bank, and the purchase fails")
    func unpaid() async throws {
        try await PixInterShop.with { scene in
            let (gateway, view) = try await collecting(scene)
            let share = try await last(scene, gateway, view)
            let clock = scene.running.clock
            clock.advance(milliseconds: view.expiresAt - clock.now)
            #expect(try await ends(gateway, view, scene) == "FAILED")
            let isGone = await eventually {
                try? await scene.goOn(1)
                return (try? await scene.gateway.charges.find(share.charge.id))??.transaction.state == .cancelled
            }
            #expect(isGone)
        }
    }

    @Test("an order that stands for a share is charged on the group's page alone")
    func ownOrder() async throws {
        try await PixInterShop.with { scene in
            let gateway = try #require(scene.running.server.pledg).gateway
            let start = try await gateway.startAdvance(try await purchase(scene).pageToken, gateway: "pix").get()
            let reply = try await scene.shop.charge(#"{"amount":"90.00","order_id":"\#(start.orderID)"}"#)
            #expect("\(reply.status) \(reply.problem ?? "")" == "409 managed-order")
        }
    }
}
