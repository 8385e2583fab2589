import Payme
import Payments
import Specification
import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 3.4 (step 4), 9 (refund veto).
@Suite("A refund")
struct RefundTests {
    @Test("is refused where the setting says so, and nothing changes")
    func bySetting() async throws {
        try await PaymeShop.with(configuration: .shop { $0.refunds = .refuse }) { shop in
            try await shop.play(
                """
                order   A 500000
                create  1 A 500000   -> 1
                perform 1            -> 2
                cancel  1 5          -> CannotCancel
                show    1            -> 2
                cancel  1 5          -> CannotCancel
                """)
            #expect(try await shop.journal() == ["1 created", "1 performed"])
        }
    }

    @Test("is the shop's to refuse, in its own words")
    func byHook() async throws {
        let words = Refusal.Message(ru: "Уже отправлено", uz: "Joʻnatilgan", en: "Sent already")
        let hooks = ShopHooks { $0.onMayRefund = { _ in .refuse(Refusal(message: words)) } }
        try await PaymeShop.with(hooks) { shop in
            try await shop.add()
            _ = try await shop.create()
            _ = try await shop.perform()
            let answer = try await shop.cancel()
            #expect(answer.error == "CannotCancel")
            #expect(["ru", "uz", "en"].map(answer.message) == ["Уже отправлено", "Joʻnatilgan", "Sent already"])
            #expect(try await shop.show().outcome == "2")
        }
    }

    @Test("that is refused without words gets the document's")
    func withoutWords() async throws {
        let hooks = ShopHooks { $0.onMayRefund = { _ in .refuse() } }
        try await PaymeShop.with(hooks) { shop in
            try await shop.add()
            _ = try await shop.create()
            _ = try await shop.perform()
            let answer = try await shop.cancel()
            #expect(answer.message("en") == PaymeShop.document.error(named: "CannotCancel")?.text.en)
        }
    }

    @Test("is asked about only for what was performed, and not again when it was done")
    func asked() async throws {
        let hooks = ShopHooks { hooks in
            hooks.onMayRefund = { transaction in
                transaction.amount.minor == 500_000 && transaction.state == .performed ? .allow : .refuse()
            }
        }
        try await PaymeShop.with(hooks) { shop in
            try await shop.play(
                """
                order   A 500000
                order   B 400000
                create  1 A 500000   -> 1
                create  2 B 400000   -> 1
                cancel  2 3          -> -1
                perform 1            -> 2
                cancel  1 5          -> -2
                """)
            hooks.onMayRefund = { _ in .refuse() }
            #expect(try await shop.cancel(1).outcome == "-2")
        }
    }

    @Test("that the setting refuses is not the shop's to allow")
    func settingFirst() async throws {
        try await PaymeShop.with(
            ShopHooks { $0.onMayRefund = { _ in .allow } }, configuration: .shop { $0.refunds = .refuse }
        ) {
            shop in
            try await shop.add()
            _ = try await shop.create()
            _ = try await shop.perform()
            #expect(try await shop.cancel().short == "CannotCancel")
        }
    }
}
