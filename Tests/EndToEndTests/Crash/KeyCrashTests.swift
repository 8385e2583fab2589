import AsyncHTTPClient
import Foundation
import Payments
import Storage
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    // Invariant: an Idempotency-Key has one effect and one answer, whenever the server dies.
    //
    //     the shop                              the server
    //     ------------------------------------  ------------------------------------------
    //     POST /orders, no id, key 1, 2, 3 …    the order and its answer: one commit
    //     answers written down                  SIGKILL, at whatever instant
    //     every request once more, same key     an order for each key, the answer of before
    @Suite("An Idempotency-Key on a server that is killed")
    struct KeyCrashes {
        @Test("makes one order a key, and every answer that was heard is given again")
        func killed() async throws {
            let folder = TemporaryFolder()
            let http = HTTPClient.ofCrashes()
            defer { http.shutdown { _ in } }
            let rounds = Prove.count(3, long: 30)
            let perRound = 60
            var heard: [String: JSONValue] = [:]
            for round in 0..<rounds {
                let server = try await ServerProcess(.tiyin, in: folder)
                let shop = server.shop(http)
                try await withThrowingTaskGroup(of: (String, JSONValue)?.self) { group in
                    for number in 0..<perRound {
                        group.addTask {
                            let key = "\(round)-\(number)"
                            guard let answer = try? await Self.order(shop, key), answer.status == 201 else {
                                return nil
                            }
                            return (key, answer.body)
                        }
                    }
                    var count = 0
                    while let answer = try await group.next() {
                        if let answer { heard[answer.0] = answer.1 }
                        count += 1
                        if count == 10 + 7 * round % 40 { server.child.signal(SIGKILL) }
                    }
                }
                _ = await server.child.exit()
            }
            #expect(heard.count >= rounds * 5)
            let server = try await ServerProcess(.tiyin, in: folder)
            let shop = server.shop(http)
            var ids: Set<String> = []
            for round in 0..<rounds {
                for number in 0..<perRound {
                    let key = "\(round)-\(number)"
                    let answer = try await Self.order(shop, key)
                    #expect(answer.status == 201)
                    ids.insert(try #require(answer.body["id"]?.stringValue))
                    if let before = heard[key] {
                        #expect(answer.body == before && answer.header("idempotency-replayed") == "true")
                    }
                }
            }
            #expect(ids.count == rounds * perRound)
            #expect(await server.stop() == .success)
            let orders = try await ServerProcess.look(folder) { store in
                try await store.engine.read(.scan) { try $0.first("SELECT count(*) FROM orders", []) { $0.integer(0) } }
            }
            #expect(orders == Int64(rounds * perRound))
        }

        private static func order(_ shop: MerchantClient, _ key: String) async throws -> MerchantClient.Answer {
            try await shop.post(
                "/orders", ["amount": ["value": "5000.00", "currency": "UZS"]], headers: [("idempotency-key", key)])
        }
    }
}
