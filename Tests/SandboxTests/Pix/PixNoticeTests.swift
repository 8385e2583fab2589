import Pix
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import Sandbox

@Suite("The simulated bank's notices")
struct PixNoticeTests {
    static func items(_ request: HTTPReceiver.Request) throws -> [JSONValue] {
        let body = try JSONValue(parsing: request.body)
        return body.arrayValue ?? body["pix"]?.arrayValue ?? []
    }

    @Test("go to the address and /pix, in Inter's form: a bare array")
    func inter() async throws {
        try await PixBooth.withShop { booth, shop in
            let receipt = try await booth.paid()
            await booth.bank.deliverDue()
            let request = try #require(shop.requests.first)
            #expect(request.method == "POST")
            #expect(request.uri == "/pix")
            #expect(request.header("content-type") == "application/json")
            #expect(request.header("x-conta-corrente") == "123456789")
            let body = try JSONValue(parsing: request.body)
            #expect(body.arrayValue?.count == 1)
            #expect(body[0]?["endToEndId"] == .string(receipt.endToEndID))
            #expect(body[0]?["txid"] == .string(PixBooth.txid))
            #expect(body[0]?["valor"] == "150.10")
            #expect(body[0]?["chave"] == .string(PixBooth.key))
            #expect(body[0]?["componentesValor"]?["original"]?["valor"] == .number("150.10"))
            #expect(booth.bank.noticesWaiting == 0)
            await booth.bank.deliverDue()
            #expect(shop.requests.count == 1)
        }
    }

    @Test("go in the central bank's form if it is so arranged, also for a refund that has ended")
    func standard() async throws {
        try await PixBooth.withShop { booth, shop in
            booth.bank.conduct.noticeShape = .standard
            let receipt = try await booth.paid()
            await booth.bank.deliverDue()
            let path = "pix/v2/pix/\(receipt.endToEndID)/devolucao/d1"
            _ = try await booth.call("PUT", path, ["valor": "1.00"])
            await booth.bank.deliverDue()
            #expect(shop.requests.count == 1)
            booth.clock.advance(milliseconds: 2_000)
            await booth.bank.deliverDue()
            #expect(shop.requests.count == 2)
            let body = try JSONValue(parsing: shop.requests[1].body)
            #expect(body["pix"]?[0]?["endToEndId"] == .string(receipt.endToEndID))
            #expect(body["pix"]?[0]?["devolucoes"]?[0]?["status"] == "DEVOLVIDO")
            booth.bank.conduct.noticeShape = .inter
            booth.bank.forceRefund(receipt.endToEndID, .forcedOperational)
            await booth.bank.deliverDue()
            let forced = try JSONValue(parsing: shop.requests[2].body)
            #expect(forced[0]?["devolucoes"]?["natureza"] == "MED_OPERACIONAL")
        }
    }

    @Test("are for payments with a txid to a key with an address only")
    func none() async throws {
        try await PixBooth.withShop { booth, shop in
            _ = try await booth.call("DELETE", "pix/v2/webhook/5561912345678")
            try await booth.put(PixBooth.txid, ["chave": .string(PixBooth.phone)])
            try booth.bank.pay(txid: PixBooth.txid)
            let merchant = try BRCodeMerchant(name: "Loja", city: "Recife")
            let nameless = try BRCode(key: try PixKey(PixBooth.key), merchant: merchant)
            try booth.bank.pay(code: nameless.text, amount: 5)
            await booth.bank.deliverDue()
            #expect(shop.requests.isEmpty)
            #expect(booth.bank.receipts.count == 2)
            let named = try BRCode(key: try PixKey(PixBooth.key), merchant: merchant, txid: PixTxid("P1"))
            try booth.bank.pay(code: named.text, amount: 5)
            await booth.bank.deliverDue()
            #expect(shop.requests.count == 1)
        }
    }

    @Test("are repeated after 20, 30, 60 and 120 minutes if they are not taken, then no more")
    func retries() async throws {
        let failing: PixBooth.Reaction = { _ in .answer(500) }
        try await PixBooth.withShop(failing) { booth, shop in
            _ = try await booth.paid()
            await booth.bank.deliverDue()
            for (index, minutes) in [20, 30, 60, 120].enumerated() {
                booth.clock.advance(milliseconds: Int64(minutes) * 60_000 - 1)
                await booth.bank.deliverDue()
                #expect(shop.requests.count == index + 1)
                booth.clock.advance(milliseconds: 1)
                await booth.bank.deliverDue()
                #expect(shop.requests.count == index + 2)
            }
            booth.clock.advance(hours: 48)
            await booth.bank.deliverDue()
            #expect(shop.requests.count == 5)
            #expect(booth.bank.noticesWaiting == 0)
            #expect(booth.bank.noticeAttempts.map(\.number) == [1, 2, 3, 4, 5])
            #expect(Set(shop.requests.map(\.body)).count == 1)
        }
    }

    @Test("are repeated to a shop that hangs up, and end when it takes one")
    func hangUp() async throws {
        let calls = Mutex(0)
        let awaking: PixBooth.Reaction = { _ in
            let number = calls.withLock { calls in
                calls += 1
                return calls
            }
            return number == 1 ? .hangUp : .answer(200)
        }
        try await PixBooth.withShop(awaking) { booth, shop in
            _ = try await booth.paid()
            await booth.bank.deliverDue()
            #expect(booth.bank.noticeAttempts.first?.status == nil)
            #expect(booth.bank.noticeAttempts.first?.failure != nil)
            booth.clock.advance(milliseconds: 20 * 60_000)
            await booth.bank.deliverDue()
            #expect(booth.bank.noticeAttempts.map(\.isTaken) == [false, true])
            #expect(booth.bank.noticesWaiting == 0)
            #expect(shop.requests.count == 2)
        }
    }

    @Test("can be doubled, late, out of order, together, of a foreign key, or never come")
    func faults() async throws {
        try await PixBooth.withShop { booth, shop in
            let names = (1...7).map { "aviso00000000000000000000000\($0)" }
            booth.bank.failNotices(with: .doubled, .late(60_000), .reordered, .doubled, .never, .grouped, .foreignKey)
            for name in names { _ = try await booth.paid(name) }
            await booth.bank.deliverDue()
            func seen() throws -> [[String]] {
                try shop.requests.map {
                    try Self.items($0).compactMap { $0["txid"]?.stringValue?.suffix(1) }.map(String.init)
                }
            }
            #expect(try seen() == [["1"], ["1"], ["4"], ["4"], ["3"], ["6", "7"]])
            #expect(try Self.items(shop.requests[5])[1]["chave"] == .string(PixBankBooks.foreignKey))
            #expect(try Self.items(shop.requests[5])[0]["chave"] == .string(PixBooth.key))
            booth.clock.advance(milliseconds: 59_999)
            await booth.bank.deliverDue()
            #expect(try seen().count == 6)
            booth.clock.advance(milliseconds: 1)
            await booth.bank.deliverDue()
            #expect(try seen().last == ["2"])
            #expect(booth.bank.receipts.count == 7)
        }
    }

    @Test("can be forged by another client of the bank: there is no such payment")
    func forged() async throws {
        try await PixBooth.withShop { booth, shop in
            try await booth.put()
            _ = try await booth.call("DELETE", "pix/v2/webhook/5561912345678")
            booth.bank.forgeNotice(txid: PixBooth.txid, amount: 15_010)
            await booth.bank.deliverDue()
            let item = try #require(try Self.items(shop.requests[0]).first)
            #expect(item["txid"] == .string(PixBooth.txid))
            #expect(item["chave"] == .string(PixBankBooks.foreignKey))
            #expect(try await booth.call("GET", "pix/v2/pix/\(item["endToEndId"]?.stringValue ?? "")").status == 404)
            #expect(booth.bank.charge(PixBooth.txid)?.status == .active)
        }
    }

    @Test("are sent by themselves while the bank is served so")
    func delivering() async throws {
        let clock = ManualClock()
        let bank = PixBankSandbox(PixBooth.configuration) { clock.now }
        try await HTTPReceiver.with(.answer(200)) { shop in
            try await bank.serving(isDelivering: true) { _ in
                bank.change { $0.webhooks[PixBooth.key] = PixBankBooks.Webhook(url: shop.url, registeredAt: 0) }
                bank.forgeNotice(txid: PixBooth.txid, amount: 1)
                #expect(await eventually { shop.requests.count == 1 })
            }
        }
    }
}
