import Sandbox
import StrictJSON
import TestSupport
import Testing

@Suite("The simulated bank's refunds")
struct PixRefundTests {
    @Test("are worked on for a while, then done; whoever asks sees both")
    func done() async throws {
        try await PixBooth.with { booth in
            let receipt = try await booth.paid()
            let path = "pix/v2/pix/\(receipt.endToEndID)/devolucao/d1"
            let asked = try await booth.call("PUT", path, ["valor": "50.00", "descricao": "tamanho errado"])
            #expect(asked.status == 201)
            #expect(asked.json["status"] == "EM_PROCESSAMENTO")
            #expect(asked.json["natureza"] == "ORIGINAL")
            #expect(asked.json["horario"] == ["solicitacao": "2026-11-21T00:00:00.000Z"])
            #expect(asked.json["rtrId"]?.stringValue?.hasPrefix("D00416968202611210000") == true)
            #expect(asked.json["rtrId"]?.stringValue?.utf8.count == 32)
            booth.clock.advance(milliseconds: 1_999)
            #expect(try await booth.call("GET", path).json["status"] == "EM_PROCESSAMENTO")
            booth.clock.advance(milliseconds: 1)
            let done = try await booth.call("GET", path).json
            #expect(done["status"] == "DEVOLVIDO")
            #expect(done["horario"]?["liquidacao"] == "2026-11-21T00:00:02.000Z")
            let pix = try await booth.call("GET", "pix/v2/pix/\(receipt.endToEndID)").json
            #expect(pix["devolucoes"] == [done])
        }
    }

    @Test("never give back more than was paid, those underway and forced included")
    func sum() async throws {
        try await PixBooth.with { booth in
            let receipt = try await booth.paid()
            let path = "pix/v2/pix/\(receipt.endToEndID)/devolucao/"
            #expect(try await booth.call("PUT", path + "a", ["valor": "100.00"]).status == 201)
            let much = try await booth.call("PUT", path + "b", ["valor": "50.11"])
            #expect(much.status == 400)
            #expect(much.problem == "PixDevolucaoInvalida")
            #expect(booth.bank.forceRefund(receipt.endToEndID, amount: 5_011) == nil)
            #expect(booth.bank.forceRefund(receipt.endToEndID, amount: 10)?.status == .done)
            #expect(try await booth.call("PUT", path + "b", ["valor": "50.00"]).status == 201)
            #expect(try await booth.call("PUT", path + "c", ["valor": "0.01"]).status == 400)
            #expect(booth.bank.forceRefund(receipt.endToEndID) == nil)
            #expect(booth.bank.receipts.first?.refunds.map(\.amount) == [10_000, 10, 5_000])
        }
    }

    @Test("asked for by eight at once give back what there is, and no more")
    func race() async throws {
        try await PixBooth.with { booth in
            let receipt = try await booth.paid()
            let made = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        let path = "pix/v2/pix/\(receipt.endToEndID)/devolucao/d\(number)"
                        return try await booth.call("PUT", path, ["valor": "50.00"]).status
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 == 201 ? 1 : 0 }
            }
            #expect(made == 3)
        }
    }

    @Test("with an id that was used are refused, even a repeat word by word: one has to ask")
    func repeated() async throws {
        try await PixBooth.with { booth in
            let receipt = try await booth.paid()
            let path = "pix/v2/pix/\(receipt.endToEndID)/devolucao/d1"
            #expect(try await booth.call("PUT", path, ["valor": "50.00"]).status == 201)
            #expect(try await booth.call("PUT", path, ["valor": "50.00"]).problem == "PixDevolucaoInvalida")
            #expect(try await booth.call("GET", path).json["valor"] == "50.00")
            #expect(booth.bank.receipts.first?.refunds.count == 1)
        }
    }

    @Test("fail with a reason if it is so arranged, and free what they held")
    func failed() async throws {
        try await PixBooth.with { booth in
            booth.bank.conduct.refundFailure = "Conta do pagador encerrada"
            let receipt = try await booth.paid()
            let path = "pix/v2/pix/\(receipt.endToEndID)/devolucao/"
            #expect(try await booth.call("PUT", path + "d1", ["valor": "150.10"]).status == 201)
            booth.clock.advance(milliseconds: 2_000)
            let failed = try await booth.call("GET", path + "d1").json
            #expect(failed["status"] == "NAO_REALIZADO")
            #expect(failed["motivo"] == "Conta do pagador encerrada")
            #expect(failed["horario"]?["liquidacao"] == nil)
            booth.bank.conduct.refundFailure = nil
            #expect(try await booth.call("PUT", path + "d2", ["valor": "150.10"]).status == 201)
            booth.clock.advance(milliseconds: 2_000)
            #expect(try await booth.call("GET", path + "d2").json["status"] == "DEVOLVIDO")
            #expect(try await booth.call("GET", path + "d1").json["status"] == "NAO_REALIZADO")
        }
    }

    @Test("are possible for ninety days")
    func days() async throws {
        try await PixBooth.with { booth in
            let receipt = try await booth.paid()
            let path = "pix/v2/pix/\(receipt.endToEndID)/devolucao/"
            booth.clock.advance(milliseconds: 90 * 86_400_000)
            try await booth.renew { booth in
                let first = try await booth.call("PUT", path + "a", ["valor": "1.00"]).status
                #expect(first == 201)
                booth.clock.advance(milliseconds: 1)
                let second = try await booth.call("PUT", path + "b", ["valor": "1.00"]).status
                #expect(second == 400)
            }
        }
    }

    @Test("forced upon the merchant say so")
    func forced() async throws {
        try await PixBooth.with { booth in
            let receipt = try await booth.paid()
            let refund = try #require(booth.bank.forceRefund(receipt.endToEndID))
            let path = "pix/v2/pix/\(receipt.endToEndID)/devolucao/\(refund.id)"
            let seen = try await booth.call("GET", path).json
            #expect(seen["natureza"] == "MED_FRAUDE")
            #expect(seen["valor"] == "150.10")
            #expect(seen["status"] == "DEVOLVIDO")
            #expect(booth.bank.forceRefund("E0") == nil)
        }
    }

    @Test(
        "are refused if a part is not as it must be",
        arguments: [
            (["valor": "0.00"], "d1"), (["valor": 1], "d1"), (["valor": "1,00"], "d1"), ([:], "d1"),
            (["valor": "1.00", "natureza": "MED_FRAUDE"], "d1"), (["valor": "1.00", "natureza": 7], "d1"),
            (["valor": "1.00"], "a-b"), (["valor": "1.00"], "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        ] as [(JSONValue, String)])
    func malformed(body: JSONValue, id: String) async throws {
        try await PixBooth.with { booth in
            let receipt = try await booth.paid()
            let answer = try await booth.call("PUT", "pix/v2/pix/\(receipt.endToEndID)/devolucao/\(id)", body)
            #expect(answer.status == 400)
            #expect(answer.problem == "PixDevolucaoInvalida")
            #expect(booth.bank.receipts.first?.refunds.isEmpty == true)
        }
    }

    @Test("of what is not there are not found")
    func unknown() async throws {
        try await PixBooth.with { booth in
            let receipt = try await booth.paid()
            let none = try await booth.call("PUT", "pix/v2/pix/E0/devolucao/d1", ["valor": "1.00"])
            #expect(none.problem == "PixNaoEncontrado")
            let missing = try await booth.call("GET", "pix/v2/pix/\(receipt.endToEndID)/devolucao/d1")
            #expect(missing.problem == "PixDevolucaoNaoEncontrada")
            #expect(missing.status == 404)
        }
    }
}
