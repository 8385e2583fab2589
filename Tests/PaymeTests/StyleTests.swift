import JSONRPC
import Payme
import Payments
import StrictJSON
import TestSupport
import Testing

/// Source: payme.md 9: what nobody knows for certain is a setting.
@Suite("A setting answers an open question")
struct StyleTests {
    @Test("answers may go without jsonrpc, results, errors and statements alike")
    func noVersion() async throws {
        let style = RPCAnswerStyle(sendsVersion: false, unreadableID: .null)
        try await PaymeShop.with(configuration: .shop { $0.answerStyle = style }) { shop in
            try await shop.add()
            #expect(try await shop.check().text == #"{"result":{"allow":true},"id":1}"#)
            #expect(try await shop.statement(from: 0, to: 1).text == #"{"result":{"transactions":[]},"id":1}"#)
            #expect(try await shop.show(9).text.hasPrefix(#"{"error":{"code":"#))
            #expect(try await shop.send("junk".utf8).text.hasPrefix(#"{"error":{"code":"#))
        }
    }

    @Test("the id of an unreadable request may be 0, and that of a readable one is its own")
    func zero() async throws {
        let style = RPCAnswerStyle(sendsVersion: true, unreadableID: 0)
        try await PaymeShop.with(configuration: .shop { $0.answerStyle = style }) { shop async throws in
            #expect(try await shop.send("junk".utf8).value["id"] == 0)
            #expect(try await shop.send("[]".utf8).value["id"] == 0)
            #expect(try await shop.send([], isPost: false).value["id"] == 0)
            #expect(try await shop.send("junk".utf8, authorization: nil).value["id"] == 0)
            #expect(try await shop.show(9).value["id"] == 1)
        }
    }

    @Test("create_time may be Payme's own time, wherever it stands")
    func createTime() async throws {
        try await PaymeShop.with(configuration: .shop { $0.createTime = .payme }) { shop in
            try await shop.add()
            let time = shop.opening - 700
            #expect(try await shop.create(time: time).result?["create_time"] == .integer(time))
            shop.clock.advance(milliseconds: 50)
            #expect(try await shop.create(time: time).result?["create_time"] == .integer(time))
            #expect(try await shop.show().result?["create_time"] == .integer(time))
            let row = try await shop.statement(from: time, to: time).result?["transactions"]?[0]
            #expect(row?["create_time"] == .integer(time))
            #expect(try await shop.stored()?.createTime == shop.opening)
        }
    }

    @Test("twelve hours may be one millisecond too many")
    func expiryAt() async throws {
        try await PaymeShop.with(configuration: .shop { $0.expiry = .at }) { shop in
            try await shop.play(
                """
                order   A 500000
                create  1 A 500000   -> 1
                order   B 500000
                create  2 B 500000   -> 1
                wait    43199999
                perform 1            -> 2
                wait    1
                perform 2            -> CannotPerform
                show    2            -> -1/4
                """)
        }
    }
}
