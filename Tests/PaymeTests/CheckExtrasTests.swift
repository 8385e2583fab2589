import Payments
import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 3.1 (`additional`, `detail`).
@Suite("CheckPerformTransaction may say more than yes")
struct CheckExtrasTests {
    private static let detail =
        #"{"receipt_type":0,"items":[{"title":"Помидоры","price":505000,"count":1,"#
        + #""code":"00702001001000001","package_code":"123456","vat_percent":15,"discount":5000}]}"#

    @Test("what the payer sees on the form, in the shop's order, a name once")
    func additional() async throws {
        let hooks = ShopHooks { hooks in
            hooks.onAdditional = { order, question in
                [
                    AdditionalField("name", "Азиза \"A\""), AdditionalField("order", order.id),
                    AdditionalField("sum", question.amount?.decimal ?? ""), AdditionalField("name", "Aziza"),
                ]
            }
        }
        try await PaymeShop.with(hooks) { shop in
            try await shop.add()
            #expect(
                try await shop.check().result?.text
                    == #"{"allow":true,"additional":{"name":"Aziza","order":"A","sum":"5000.00"}}"#)
            #expect(try await shop.check(amount: 1).short == "WrongAmount")
        }
    }

    @Test("the order's fiscal lines")
    func orderDetail() async throws {
        try await PaymeShop.with { shop in
            try await shop.add(fiscal: Self.detail)
            #expect(try await shop.check().result?.text == #"{"allow":true,"detail":\#(Self.detail)}"#)
        }
    }

    @Test("other fiscal lines from the shop, or none, after what the payer sees")
    func hookDetail() async throws {
        let hooks = ShopHooks { hooks in
            hooks.onAdditional = { _, _ in [AdditionalField("a", "b")] }
            hooks.onFiscalDetail = { order, _ in order.id == "A" ? Self.detail : nil }
        }
        try await PaymeShop.with(hooks) { shop in
            try await shop.add("A")
            try await shop.add("B", fiscal: Self.detail)
            #expect(
                try await shop.check().result?.text
                    == #"{"allow":true,"additional":{"a":"b"},"detail":\#(Self.detail)}"#)
            #expect(
                try await shop.check(["order_id": "B"]).result?.text == #"{"allow":true,"additional":{"a":"b"}}"#)
        }
    }

    @Test("and fiscal lines that are no JSON are the shop's mistake, not Payme's")
    func brokenDetail() async throws {
        try await PaymeShop.with(ShopHooks { $0.onFiscalDetail = { _, _ in "{" } }) { shop in
            try await shop.add()
            #expect(try await shop.check().short == "InternalError")
        }
    }
}
