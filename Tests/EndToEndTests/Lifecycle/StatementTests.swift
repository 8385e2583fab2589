import NIOCore
import Payments
import Server
import Storage
import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A long statement")
    struct LongStatement {
        @Test("of twenty thousand rows comes in chunks, whole and in order, while others write")
        func twentyThousand() async throws {
            try await RunningServer.with { running in
                let start = running.clock.now
                try await running.shop.addAccount("wallet")
                try await fill(running.server.store, count: 20_000, from: start)
                let body = #"{"method":"GetStatement","params":{"from":0,"to":\#(start + 9_999)},"id":1}"#
                async let statement = RawConnection.with(port: running.port, within: .seconds(60)) { connection in
                    await connection.send(RawRequest.post(body, key: running.paymeKey))
                    return await connection.response()
                }
                // Rows behind the period, which are none of its business.
                let client = running.client
                let created = try await Crowd.all(200) {
                    try await client.create("late-\($0)", "wallet", time: start + 10_000)
                }
                #expect(created.allSatisfy { $0.state == 1 })
                let response = try #require(try await statement)
                #expect(response["transfer-encoding"] == "chunked")
                #expect(response["content-length"] == nil)
                let json = try JSONValue(parsing: response.body, limits: .generous)
                let rows = try #require(json["result"]?["transactions"]?.arrayValue)
                #expect(rows.count == 20_000)
                let times = rows.compactMap { $0["time"]?.integerValue }
                #expect(times == times.sorted())
                #expect(times.first == start && times.last == start + 9_999)
                #expect(Set(rows.compactMap { $0["id"]?.stringValue }).count == 20_000)
            }
        }

        @Test("holds both ends of its period, and nothing if it ends before it begins")
        func bounds() async throws {
            try await RunningServer.with { running in
                let start = running.clock.now
                try await running.shop.addAccount("wallet")
                try await fill(running.server.store, count: 20, from: start)
                for (from, to, count) in [(0, 9, 20), (0, 0, 2), (3, 5, 6), (9, 9, 2), (10, 20, 0), (5, 3, 0)] {
                    let answer = try await running.client.statement(from: start + Int64(from), to: start + Int64(to))
                    #expect(answer.result?["transactions"]?.arrayValue?.count == count, "\(from) to \(to)")
                }
            }
        }

        /// Two rows a millisecond, stored out of order.
        private func fill(_ store: Store, count: Int, from start: Int64) async throws {
            let moments = (0..<count).map { start + Int64($0 / 2) }
            var random = SeededGenerator(seed: 1)
            let shuffled = moments.shuffled(using: &random)
            try await store.write { session in
                for (index, time) in shuffled.enumerated() {
                    let transaction = Transaction(
                        key: TransactionKey(gateway: "payme", cashbox: "default", externalID: PaymeClient.id(index)),
                        externalTime: time, orderID: "wallet", account: #"{"order_id":"wallet"}"#,
                        amount: Money(minor: 500_000, currency: .uzs), createTime: time, isOneTime: false,
                        holdsOrder: false)
                    _ = try session.insert(transaction)
                }
            }
        }
    }
}
