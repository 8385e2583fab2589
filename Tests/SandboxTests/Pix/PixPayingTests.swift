import Payments
import Pix
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox

@Suite("A payer at the simulated bank")
struct PixPayingTests {
    @Test("pays by txid or by code, with an id made of the minute in UTC")
    func pays() async throws {
        try await PixBooth.with { booth in
            let code = try await booth.put().json["pixCopiaECola"]?.stringValue ?? ""
            booth.clock.now += 90_061_000
            booth.bank.conduct.limits = .none
            try await booth.renew { booth in
                try await booth.put("outro0000000000000000000000001")
                let receipt = try booth.bank.pay(txid: "outro0000000000000000000000001", note: "obrigado")
                #expect(receipt.endToEndID.utf8.count == 32)
                #expect(receipt.endToEndID.hasPrefix("E99999004202611220101"))
                #expect(receipt.amount == 15_010)
                let pix = try await booth.call("GET", "pix/v2/pix/\(receipt.endToEndID)")
                #expect(pix.status == 200)
                #expect(pix.json["txid"] == "outro0000000000000000000000001")
                #expect(pix.json["infoPagador"] == "obrigado")
                #expect(pix.json["horario"] == "2026-11-22T01:01:01.000Z")
                #expect(throws: PixPayRefusal.expired) { try booth.bank.pay(code: code) }
            }
        }
    }

    @Test("by code of a charge ends that charge")
    func byCode() async throws {
        try await PixBooth.with { booth in
            let code = try await booth.put().json["pixCopiaECola"]?.stringValue ?? ""
            #expect(try booth.bank.pay(code: code).txid == PixBooth.txid)
            #expect(booth.bank.charge(PixBooth.txid)?.status == .completed)
        }
    }

    @Test("pays a static code of the merchant's own making, as often as wished, and no other's")
    func staticCode() async throws {
        try await PixBooth.with { booth in
            let merchant = try BRCodeMerchant(name: "Loja", city: "Recife")
            let key = try PixKey(PixBooth.key)
            let code = try BRCode(
                key: key, merchant: merchant, amount: Money(minor: 1_234, currency: .brl), txid: PixTxid("PEDIDO9"))
            for _ in 0..<2 {
                let receipt = try booth.bank.pay(code: code.text)
                #expect(receipt.txid == "PEDIDO9")
                #expect(receipt.amount == 1_234)
            }
            let open = try BRCode(key: key, merchant: merchant)
            #expect(throws: PixPayRefusal.wrongAmount) { try booth.bank.pay(code: open.text) }
            let nameless = try booth.bank.pay(code: open.text, amount: 5)
            #expect(nameless.txid == nil)
            let stranger = try BRCode(key: try PixKey("outra@example.com"), merchant: merchant)
            #expect(throws: PixPayRefusal.unknown) { try booth.bank.pay(code: stranger.text, amount: 5) }
            let list = try await booth.call(
                "GET", "pix/v2/pix?inicio=2026-11-21T00:00:00Z&fim=2026-11-21T00:00:00Z&txid=PEDIDO9")
            #expect(list.json["pix"]?.arrayValue?.count == 2)
        }
    }

    @Test("is refused what cannot be paid")
    func refused() async throws {
        try await PixBooth.with { booth in
            #expect(throws: PixPayRefusal.unknown) { try booth.bank.pay(txid: PixBooth.txid) }
            let code = try await booth.put().json["pixCopiaECola"]?.stringValue ?? ""
            #expect(throws: PixPayRefusal.badCode) { try booth.bank.pay(code: code.dropLast() + "!") }
            #expect(throws: PixPayRefusal.badCode) { try booth.bank.pay(code: "") }
            #expect(throws: PixPayRefusal.wrongAmount) { try booth.bank.pay(txid: PixBooth.txid, amount: 15_009) }
            #expect(throws: PixPayRefusal.wrongAmount) { try booth.bank.pay(txid: PixBooth.txid, amount: 15_011) }
            #expect(booth.bank.receipts.isEmpty)
            try booth.bank.pay(txid: PixBooth.txid)
            #expect(throws: PixPayRefusal.notActive(.completed)) { try booth.bank.pay(txid: PixBooth.txid) }
            #expect(booth.bank.receipts.count == 1)
        }
    }

    @Test("can pay until the charge's last instant; afterwards it still reads ATIVA, and cannot be paid")
    func expiry() async throws {
        try await PixBooth.with { booth in
            for txid in ["tempo00000000000000000000001", "tempo00000000000000000000002"] { try await booth.put(txid) }
            booth.clock.advance(milliseconds: 3_599_999)
            let still = try await booth.call("GET", "pix/v2/cob/tempo00000000000000000000002")
            #expect(still.json["status"] == "ATIVA")
            booth.clock.advance(milliseconds: 1)
            try booth.bank.pay(txid: "tempo00000000000000000000001")
            booth.clock.advance(milliseconds: 1)
            #expect(throws: PixPayRefusal.expired) { try booth.bank.pay(txid: "tempo00000000000000000000002") }
            #expect(booth.bank.charge("tempo00000000000000000000002")?.status == .active)
        }
    }

    @Test("slips through where the banks sleep: another amount, a second time, too late, after the removal")
    func slips() async throws {
        try await PixBooth.with { booth in
            try await booth.put()
            try booth.bank.pay(txid: PixBooth.txid, amount: 1, slips: true)
            #expect(booth.bank.charge(PixBooth.txid)?.status == .completed)
            try booth.bank.pay(txid: PixBooth.txid, slips: true)
            let charge = try await booth.call("GET", "pix/v2/cob/\(PixBooth.txid)").json
            #expect(charge["pix"]?.arrayValue?.compactMap { $0["valor"] } == ["0.01", "150.10"])
            let removed = "removida000000000000000000001"
            try await booth.put(removed)
            _ = try await booth.call(
                "PATCH", "pix/v2/cob/\(removed)", ["status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"])
            #expect(throws: PixPayRefusal.notActive(.removedByReceiver)) { try booth.bank.pay(txid: removed) }
            try booth.bank.pay(txid: removed, slips: true)
            #expect(booth.bank.charge(removed)?.status == .removedByReceiver)
            let late = "tarde00000000000000000000001"
            try await booth.put(late)
            booth.clock.advance(milliseconds: 3_600_001)
            try booth.bank.pay(txid: late, slips: true)
            #expect(booth.bank.charge(late)?.endToEndIDs.count == 1)
        }
    }

    @Test(
        "is played by the bank's own sandbox call, with the amount as a number or a text",
        arguments: [
            .number("150.10"), "150.10", .number("150.1"),
        ] as [JSONValue])
    func sandboxCall(amount: JSONValue) async throws {
        try await PixBooth.with { booth in
            try await booth.put()
            let path = "pix/v2/cob/pagar/\(PixBooth.txid)"
            #expect(try await booth.call("POST", path, ["valor": 150]).status == 400)
            #expect(try await booth.call("POST", path, ["valor": .number("150.101")]).status == 400)
            #expect(try await booth.call("POST", path + "9", ["valor": amount]).status == 404)
            let paid = try await booth.call("POST", path, ["valor": amount])
            #expect(paid.status == 200)
            #expect(paid.json["e2e"]?.stringValue == booth.bank.receipts.first?.endToEndID)
            #expect(try await booth.call("POST", path, ["valor": amount]).problem == "CobOperacaoInvalida")
        }
    }

    @Test("is found in the list of payments, by period, txid and refund; one without a txid is not")
    func listed() async throws {
        try await PixBooth.with { booth in
            let first = try await booth.paid()
            booth.clock.advance(milliseconds: 60_000)
            _ = try await booth.paid("outro0000000000000000000000001")
            let open = try BRCode(
                key: try PixKey(PixBooth.key), merchant: try BRCodeMerchant(name: "Loja", city: "Recife"))
            try booth.bank.pay(code: open.text, amount: 5)
            let refund: JSONValue = ["valor": "1.00"]
            _ = try await booth.call("PUT", "pix/v2/pix/\(first.endToEndID)/devolucao/d1", refund)
            func count(_ query: String, from: String = "2026-11-21T00:00:00Z") async throws -> Int? {
                try await booth.call("GET", "pix/v2/pix?inicio=\(from)&fim=2026-11-22T00:00:00Z\(query)")
                    .json["pix"]?.arrayValue?.count
            }
            #expect(try await count("") == 2)
            #expect(try await count("", from: "2026-11-21T00:00:01Z") == 1)
            #expect(try await count("&txid=\(PixBooth.txid)") == 1)
            #expect(try await count("&devolucaoPresente=true") == 1)
            #expect(try await count("&devolucaoPresente=false") == 1)
            #expect(try await count("&txIdPresente=false") == 0)
            #expect(try await booth.call("GET", "pix/v2/pix?inicio=x&fim=y").problem == "PixConsultaInvalida")
            #expect(try await booth.call("GET", "pix/v2/pix/E0").problem == "PixNaoEncontrado")
        }
    }
}
