import Foundation
import NIOHTTP1
import Sandbox
import StrictJSON
import TestSupport
import Testing

@testable import Server

@Suite("What is secret about YooKassa")
struct YooKassaSecretTests {
    @Test("stands in no log, no problem and no metric, whatever goes well or wrong")
    func secrets() async throws {
        try await YooKassaScene.with { scene in
            var told: [PixShop.Reply] = []
            let id = try await scene.paid()
            told.append(try await scene.call(.POST, "/payments/yookassa/\(id)/refund"))
            #expect(try await scene.becomes("refunded", id))
            let faults: [YooKassaFault] = [
                .tooMany(1_000), .refused(500), .refused(400), .refused(401), .broken, .dropped,
            ]
            for fault in faults {
                scene.yookassa.fail(.createPayment, with: fault)
                told.append(try await scene.call(.POST, "/payments", YooKassaScene.body))
                scene.yookassa.fail(.readPayment, with: fault)
                told.append(try await scene.call(.POST, "/payments/yookassa/differences"))
                // A key that was refused rests for a minute.
                scene.running.clock.advance(milliseconds: 61_000)
                scene.running.server.wakeJobs()
            }
            // A job may have met the faults in the place of the calls: until a call has met one, and a key was refused.
            let isTold = try await scene.comes {
                scene.yookassa.fail(.createPayment, with: .refused(401))
                let reply = try await scene.call(.POST, "/payments", YooKassaScene.body)
                told.append(reply)
                let isProblem = reply.header("content-type") == "application/problem+json"
                return isProblem && scene.book.lines.contains { $0.contains("somebody should look at YooKassa") }
            }
            #expect(isTold)
            for body in ["{", #"{"amount":5}"#] { told.append(try await scene.call(.POST, "/payments", body)) }
            for body in ["[5]", YooKassaScene.secretKey] { _ = try await scene.web.send(.POST, "/webhook", body) }
            let log = scene.book.lines
            let basic = Data("100500:\(YooKassaScene.secretKey)".utf8).base64EncodedString()
            let secrets = scene.keys.all.union([YooKassaScene.secretKey, basic])
            #expect(secrets.count > 5)
            let metrics = try await scene.web.get("/metrics")
            #expect(metrics.status == 200)
            let problems = told.filter { $0.header("content-type") == "application/problem+json" }
            #expect(problems.count > 2)
            for secret in secrets {
                #expect(log.first { $0.contains(secret) } == nil, "\(secret)")
                #expect(!metrics.text.contains(secret))
                for reply in told { #expect(!reply.text.contains(secret), "\(secret): \(reply.text)") }
            }
        }
    }

    @Test("a key that is another shop's, or wrong, is told of at the start, and keeps nothing from starting")
    func wrongKey() async throws {
        for (environment, word) in [
            (["YOOKASSA_SECRET_KEY": "test_wrong-key-of-nobody"], "does not take the shop's id and key"),
            (["YOOKASSA_BASE_URL": "http://127.0.0.1:1/v3"], "YooKassa was not reached at the start"),
        ] {
            try await YooKassaScene.with(environment) { scene in
                let health = try await scene.web.get("/health")
                #expect(health.status == 200)
                let isTold = await eventually { scene.book.lines.contains { $0.contains(word) } }
                #expect(isTold, "\(word)")
            }
        }
    }
}
