import Specification
import Testing

@testable import Click

/// Source: click.md 1.3, test vectors.
@Suite("Click's signature")
struct ClickSignatureTests {
    let signature = ClickSignature(secret: "k3y-Example")
    let click: ClickSpecification

    init() throws {
        click = try Specifications.load().click
    }

    private static let prepare = [
        "click_trans_id": "2501012345", "service_id": "54321", "merchant_trans_id": "A-1007", "amount": "12500.00",
        "action": "0", "sign_time": "2026-01-15 10:20:30",
    ]

    @Test("is that of the vectors")
    func vectors() {
        var call = Self.prepare
        #expect(signature.admits("82ef61fff531670c8bc6ae5ff652abaa", click.prepareSignature) { call[$0] })
        call["amount"] = "12500"
        #expect(signature.admits("50a75bbee7a969ebfc23e66d492dcdb9", click.prepareSignature) { call[$0] })
        call["amount"] = "12500.00"
        call["action"] = "1"
        call["merchant_prepare_id"] = "4711"
        call["sign_time"] = "2026-01-15 10:20:41"
        #expect(signature.admits("0f2a6c8602da1f204c033b8307fffcb1", click.completeSignature) { call[$0] })
    }

    @Test(
        "is refused when anything differs",
        arguments: ["82ef61fff531670c8bc6ae5ff652abab", "82EF61FFF531670C8BC6AE5FF652ABAA", "", "82ef61ff"])
    func wrong(sent: String) {
        #expect(!signature.admits(sent, click.prepareSignature) { Self.prepare[$0] })
    }

    @Test("of Prepare has no prepare id, whatever was sent")
    func prepareID() {
        var call = Self.prepare
        call["merchant_prepare_id"] = "4711"
        #expect(signature.admits("82ef61fff531670c8bc6ae5ff652abaa", click.prepareSignature) { call[$0] })
    }
}
