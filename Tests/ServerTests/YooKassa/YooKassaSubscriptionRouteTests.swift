import NIOHTTP1
import Sandbox
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("A subscription through YooKassa")
struct YooKassaSubscriptionRouteTests {
    private static let body =
        #"{"amount":{"value":"299.00","currency":"RUB"},"user_id":"u1","unit":"month","every":1,"consent":"299 rub. a month until you cancel in your account"}"#

    /// A subscription whose first payment was paid.
    private func active(_ scene: YooKassaScene) async throws -> String {
        let reply = try await scene.call(.POST, "/subscriptions", Self.body)
        try #require(reply.status == 201, "\(reply.text)")
        let payment = try #require(reply.json["payment"])
        let id = try #require(reply.json["subscription"]?["id"]?.stringValue)
        #expect(reply.header("location") == "/subscriptions/\(id)")
        #expect(reply.json["subscription"]?["state"] == "pending")
        #expect(payment["is_recurrent"] == true)
        #expect(payment["confirmation"]?["confirmation_url"]?.stringValue != nil)
        try await scene.pay(payment)
        let isActive = try await becomes("active", id, scene)
        try #require(isActive)
        return id
    }

    private func state(_ id: String, _ scene: YooKassaScene) async throws -> String? {
        try await scene.web.send(.GET, "/subscriptions/\(id)", key: scene.running.merchantKey).json["state"]?
            .stringValue
    }

    private func becomes(_ wanted: String, _ id: String, _ scene: YooKassaScene) async throws -> Bool {
        try await scene.comes { try await state(id, scene) == wanted }
    }

    @Test("begins with a payment, rests while it is paused, goes on, and ends")
    func life() async throws {
        try await YooKassaScene.with { scene in
            let id = try await active(scene)
            let list = try await scene.call(.GET, "/subscriptions?user_id=u1")
            #expect(list.json["items"]?.arrayValue?.map { $0["id"] } == [.string(id)])
            #expect(list.json["items"]?.arrayValue?.first?["has_method"] == true)
            #expect(try await scene.call(.GET, "/subscriptions?user_id=u2").json["items"] == [])
            #expect(try await scene.call(.GET, "/subscriptions").status == 400)
            for (change, expected) in [
                ("pause", "paused"), ("pause", "paused"), ("resume", "active"), ("resume", "active"),
                ("cancel", "cancelled"), ("cancel", "cancelled"),
            ] {
                let reply = try await scene.call(.POST, "/subscriptions/\(id)/\(change)")
                #expect(reply.status == 200, "\(reply.text)")
                #expect(reply.json["state"]?.stringValue == expected)
            }
            for change in ["pause", "resume", "renew"] {
                let reply = try await scene.call(.POST, "/subscriptions/\(id)/\(change)")
                #expect(reply.problem == "subscription-state", "\(change)")
            }
            let ended = try await scene.call(.GET, "/subscriptions/\(id)")
            #expect(ended.json["ended_by"] == "merchant")
            #expect(ended.json["has_method"] == false)
        }
    }

    @Test("begins with a card that is saved without a payment")
    func card() async throws {
        try await YooKassaScene.with { scene in
            let body = Self.body.dropLast() + #","first_payment":false}"#
            let full = body.dropLast() + #","confirmation":{"return_url":"https://shop.example/thanks"}}"#
            let reply = try await scene.call(.POST, "/subscriptions", String(full))
            #expect(reply.status == 201 && reply.json["payment"] == .null, "\(reply.text)")
            let id = try #require(reply.json["subscription"]?["id"]?.stringValue)
            let place = reply.json["subscription"]?["confirmation_url"]?.stringValue
            #expect(place?.hasPrefix("http://127.0.0.1:") == true)
            let card = try #require(scene.yookassa.methods.first?.id)
            _ = try scene.yookassa.confirmMethod(card, card: "5555555555554444")
            await scene.yookassa.deliverDue()
            #expect(try await becomes("active", id, scene))
            let after = try await scene.call(.GET, "/subscriptions/\(id)")
            #expect(after.json["has_method"] == true && after.json["confirmation_url"] == .null)
            #expect(scene.yookassa.charges.isEmpty)
        }
    }

    @Test("begins with a card: the payer comes back to a page that hastens the look, and says what became of it")
    func cardReturn() async throws {
        try await YooKassaScene.with { scene in
            scene.yookassa.changeShop("100500") { $0.notificationURL = nil }
            for isSaved in [true, false] {
                let body = Self.body.dropLast() + #","first_payment":false}"#
                let reply = try await scene.call(.POST, "/subscriptions", String(body))
                #expect(reply.status == 201, "\(reply.text)")
                let id = try #require(reply.json["subscription"]?["id"]?.stringValue)
                let path = "/payments/yookassa/\(id)/return"
                let card = try #require(scene.yookassa.methods.first { $0.status == .pending })
                let first = try await scene.web.get(path + "?lang=en")
                #expect(first.status == 200 && first.text.contains("Your card is being checked"))
                #expect(first.text.contains(#"<meta http-equiv="refresh" content="3">"#))
                #expect(first.header("referrer-policy") == "no-referrer")
                if isSaved {
                    _ = try scene.yookassa.confirmMethod(card.id, card: "5555555555554444")
                } else {
                    scene.running.clock.advance(hours: 25)
                }
                let word = isSaved ? "Your card is saved" : "The card was not saved"
                let isTold = try await scene.comes {
                    try await scene.web.get(path + "?lang=en").text.contains(word)
                }
                #expect(isTold)
                let last = try await scene.web.get(path, accept: nil, [("accept-language", "ru")])
                #expect(last.text.contains(isSaved ? "Карта сохранена" : "Карта не сохранена"))
                #expect(!last.text.contains("refresh") && !last.text.contains(id) && !last.text.contains("4444"))
            }
            // One that begins with a payment has the payment's page.
            let other = try await scene.call(.POST, "/subscriptions", Self.body)
            let id = try #require(other.json["subscription"]?["id"]?.stringValue)
            #expect(try await scene.web.get("/payments/yookassa/\(id)/return").status == 404)
        }
    }

    @Test("a payer who comes back with a card has YooKassa asked once in five seconds at the most")
    func cardPace() async throws {
        try await YooKassaScene.with { scene in
            scene.yookassa.changeShop("100500") { $0.notificationURL = nil }
            let body = Self.body.dropLast() + #","first_payment":false}"#
            let reply = try await scene.call(.POST, "/subscriptions", String(body))
            let id = try #require(reply.json["subscription"]?["id"]?.stringValue)
            for count in 1...2 {
                for _ in 0..<5 { _ = try await scene.web.get("/payments/yookassa/\(id)/return") }
                #expect(await eventually { scene.yookassa.callCount(.readMethod) == count })
                scene.running.clock.advance(milliseconds: 5_000)
            }
        }
    }

    @Test("is charged when its time comes, and one that cannot be charged is paid by a renewal")
    func charges() async throws {
        try await YooKassaScene.with { scene in
            let id = try await active(scene)
            let method = try #require(scene.yookassa.methods.first?.id)
            scene.yookassa.refuseCharges(of: method, with: nil, .cardExpired)
            func goOn() async throws {
                let next = try await scene.call(.GET, "/subscriptions/\(id)").json["next_at"]?.integerValue
                let wait = try #require(next) - scene.running.clock.now
                scene.running.clock.advance(milliseconds: max(wait, 0) + 1_000)
                scene.running.server.wakeJobs()
            }
            try await goOn()
            #expect(try await scene.comes { scene.yookassa.charges.count == 2 })
            let isNext = try await scene.comes {
                try await scene.call(.GET, "/subscriptions/\(id)").json["period"] == 2
            }
            try #require(isNext)
            try await goOn()
            let isUnpaid = try await scene.comes {
                let state = try await state(id, scene)
                return state == "past_due" || state == "stopped"
            }
            #expect(isUnpaid)
            let reply = try await scene.call(
                .POST, "/subscriptions/\(id)/renew", #"{"confirmation":{"return_url":"https://shop.example/back"}}"#)
            #expect(reply.status == 201, "\(reply.text)")
            let payment = try #require(reply.json["payment"])
            try await scene.pay(payment)
            #expect(try await becomes("active", id, scene))
            #expect(scene.yookassa.charges.count == 3)
        }
    }

    @Test("is one for one Idempotency-Key")
    func idempotency() async throws {
        try await YooKassaScene.with { scene in
            let first = try await scene.call(.POST, "/subscriptions", Self.body, key: "s")
            let second = try await scene.call(.POST, "/subscriptions", Self.body, key: "s")
            #expect(first.json["subscription"]?["id"] == second.json["subscription"]?["id"])
            #expect(first.json["subscription"]?["id"] != nil)
            #expect(scene.yookassa.payments.count == 1)
            let other = try await scene.call(
                .POST, "/subscriptions", Self.body.replacing("299", with: "300"), key: "s")
            #expect(other.problem == "idempotency-key-reused")
        }
    }

    @Test("is refused in one sentence that names the field")
    func refusals() async throws {
        try await YooKassaScene.with { scene in
            let table = [
                (#""every":1"#, #""every":0"#, "every"), (#""every":1"#, #""every":"1""#, "every"),
                ("month", "moon", "unit"), (#""user_id":"u1","#, "", "user_id"),
                (#""user_id":"u1","#, #""user_id":"u1","time_zone":"Mars","#, "time_zone"),
                (#""user_id""#, #""usr_id""#, "usr_id"),
            ]
            for (old, new, field) in table {
                let reply = try await scene.call(.POST, "/subscriptions", Self.body.replacing(old, with: new))
                #expect(reply.status == 400, "\(new): \(reply.text)")
                #expect(reply.json["field"]?.stringValue == field, "\(new)")
            }
            #expect(scene.yookassa.payments.isEmpty)
        }
    }
}
