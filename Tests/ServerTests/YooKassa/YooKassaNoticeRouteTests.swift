import NIOHTTP1
import Sandbox
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("A notification of YooKassa's")
struct YooKassaNoticeRouteTests {
    @Test("is believed by nobody: a forged one pays nothing, at either path")
    func forged() async throws {
        try await YooKassaScene.with { scene in
            for path in ["/webhook", "/payments/yookassa/webhook"] {
                scene.yookassa.changeShop("100500") { $0.notificationURL = scene.running.url + path }
                let payment = try await scene.made()
                let id = try scene.id(payment)
                let theirs = try #require(payment["yookassa_id"]?.stringValue)
                let reads = scene.yookassa.callCount(.readPayment)
                #expect(scene.yookassa.forgeNotice(theirs, as: .succeeded))
                await scene.yookassa.deliverDue()
                #expect(scene.yookassa.noticeAttempts.last?.status == 200)
                // YooKassa was asked, and said otherwise.
                #expect(try await scene.comes { scene.yookassa.callCount(.readPayment) > reads })
                #expect(try await scene.show(id)["status"] == "pending")
                try await scene.pay(payment)
                #expect(try await scene.becomes("succeeded", id))
            }
        }
    }

    @Test("comes from YooKassa's networks, as a trusted proxy says it, and from nobody else")
    func senders() async throws {
        let notice =
            #"{"type":"notification","event":"payment.succeeded","object":{"id":"22d6d597-000f-5000-9000-145f6df21d6f"}}"#
        // What is set, what the proxy says, the answer.
        let table: [([String: String], String?, Int)] = [
            (["YOOKASSA_SENDERS": "127.0.0.1"], nil, 200),
            (["YOOKASSA_SENDERS": "10.0.0.0/8"], nil, 403),
            // Nobody's word counts who is no proxy of ours.
            (["YOOKASSA_SENDERS": "10.0.0.0/8"], "10.1.2.3", 403),
            (["YOOKASSA_SENDERS": "10.0.0.0/8", "HTTP_TRUSTED_PROXIES": "127.0.0.1"], "10.1.2.3", 200),
            (["YOOKASSA_SENDERS": "127.0.0.1", "HTTP_TRUSTED_PROXIES": "127.0.0.1"], "10.1.2.3", 403),
            (["YOOKASSA_SENDERS": "10.0.0.0/8", "YOOKASSA_SENDER_CHECK": "api"], nil, 200),
        ]
        for (more, forwarded, status) in table {
            try await YooKassaScene.with(more) { scene in
                let headers = forwarded.map { [("x-forwarded-for", $0)] } ?? []
                let reply = try await scene.web.send(.POST, "/webhook", notice, headers: headers)
                #expect(reply.status == status, "\(more)")
            }
        }
    }

    @Test("that is none is refused, one that is too long is not read")
    func malformed() async throws {
        try await YooKassaScene.with { scene in
            for body in ["", "{", "[]", "{}", #"{"type":"notification","event":"payment.succeeded"}"#] {
                let reply = try await scene.web.send(.POST, "/webhook", body)
                #expect(reply.status == 400, "\(body)")
            }
            let long = try await scene.web.send(.POST, "/webhook", String(repeating: " ", count: 262_145))
            #expect(long.status == 413)
            let unknown = try await scene.web.send(
                .POST, "/webhook", #"{"type":"notification","event":"deal.closed","object":{"id":"x"}}"#)
            #expect(unknown.status == 200)
            #expect(scene.yookassa.callCount(.readPayment) == 0)
        }
    }
}

@Suite("A payer who comes back from YooKassa")
struct YooKassaReturnRouteTests {
    @Test("sees that it is being looked at, hastens the look, and then sees that it is paid")
    func returns() async throws {
        try await YooKassaScene.with { scene in
            scene.yookassa.changeShop("100500") { $0.notificationURL = nil }
            let payment = try await scene.made()
            let id = try scene.id(payment)
            let path = "/payments/yookassa/\(id)/return"
            try scene.yookassa.pay(try #require(payment["yookassa_id"]?.stringValue))
            scene.running.clock.advance(milliseconds: 1_100)
            let first = try await scene.web.get(path + "?lang=en")
            #expect(first.status == 200)
            #expect(first.text.contains("Your payment is being checked"))
            #expect(first.text.contains(#"<meta http-equiv="refresh" content="3">"#))
            // No job would look for a minute; some seconds go by, for an answer that was slow is asked for again then.
            var seconds = 0
            let isPaid = await eventually {
                if (try? await scene.show(id)["status"]) == "succeeded" { return true }
                seconds += 1
                if seconds.isMultiple(of: 20), seconds <= 600 {
                    scene.running.clock.advance(milliseconds: 1_100)
                }
                return false
            }
            #expect(isPaid)
            let second = try await scene.web.get(path + "?lang=en")
            #expect(second.text.contains("Payment confirmed"))
            #expect(second.text.contains("100.00 RUB"))
            #expect(!second.text.contains("refresh"))
        }
    }

    @Test("asks YooKassa once in five seconds at the most, however often the page is opened")
    func pace() async throws {
        try await YooKassaScene.with { scene in
            scene.yookassa.changeShop("100500") { $0.notificationURL = nil }
            let id = try scene.id(try await scene.made())
            for _ in 0..<4 {
                for _ in 0..<5 { _ = try await scene.web.get("/payments/yookassa/\(id)/return") }
                let expected = scene.yookassa.callCount(.readPayment)
                #expect(expected <= 1)
                scene.running.clock.advance(milliseconds: 1_200)
            }
            #expect(await eventually { scene.yookassa.callCount(.readPayment) == 1 })
            scene.running.clock.advance(milliseconds: 5_000)
            _ = try await scene.web.get("/payments/yookassa/\(id)/return")
            #expect(await eventually { scene.yookassa.callCount(.readPayment) == 2 })
        }
    }

    @Test("reads it in a language of his own, with nothing that others could use")
    func page() async throws {
        try await YooKassaScene.with { scene in
            let id = try scene.id(try await scene.made())
            let path = "/payments/yookassa/\(id)/return"
            let words = [
                "": "Проверяем платёж", "en": "Your payment is being checked", "uz": "Toʻlov tekshirilmoqda",
                "pt-BR": "O pagamento está sendo verificado", "fr": "Проверяем платёж",
            ]
            for (language, word) in words {
                let reply = try await scene.web.get(path, accept: nil, [("accept-language", language)])
                #expect(reply.text.contains(word), "\(language)")
                #expect(reply.header("referrer-policy") == "no-referrer")
                #expect(reply.header("cache-control") == "no-store")
                let policy = try #require(reply.header("content-security-policy"))
                #expect(policy.contains("default-src 'none'"))
                for secret in [YooKassaScene.secretKey, id] { #expect(!reply.text.contains(secret)) }
            }
            let stranger = try await scene.web.get(
                "/payments/yookassa/" + String(repeating: "a", count: 26) + "/return?lang=en")
            #expect(stranger.status == 404)
            #expect(stranger.text.contains("There is no payment at this address"))
        }
    }
}
