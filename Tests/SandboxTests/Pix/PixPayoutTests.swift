import Sandbox
import StrictJSON
import TestSupport
import Testing

@Suite("The simulated bank's payouts")
struct PixPayoutTests {
    private static let idempotencyKey = "0b2a3f6e-52a7-4f0e-9d51-0c1a2b3c4d5e"

    private static func body(_ changes: JSONObject = [:]) -> JSONValue {
        var body: JSONObject = [
            "valor": .number("150.10"), "descricao": "Repasse",
            "destinatario": ["tipo": "CHAVE", "chave": "fornecedor@example.com"],
        ]
        for (name, value) in changes { body[name] = value }
        return .object(body)
    }

    private static func send(
        _ booth: PixBooth, _ changes: JSONObject = [:], key: String? = PixPayoutTests.idempotencyKey
    ) async throws -> PixBooth.Answer {
        try await booth.call(
            "POST", "banking/v2/pix", body(changes), headers: key.map { [("x-id-idempotente", $0)] } ?? [])
    }

    @Test("are accepted, sent, and paid; times are Brasília's")
    func paid() async throws {
        try await PixBooth.with { booth in
            let answer = try await Self.send(booth)
            #expect(answer.status == 200)
            #expect(answer.json["tipoRetorno"] == "PROCESSADO")
            #expect(answer.json["dataOperacao"] == "2026-11-20")
            let code = answer.json["codigoSolicitacao"]?.stringValue ?? ""
            let sent = try await booth.call("GET", "banking/v2/pix/\(code)").json
            #expect(sent["transacaoPix"]?["status"] == "ENVIADO")
            #expect(sent["transacaoPix"]?["valor"] == .number("150.10"))
            #expect(sent["transacaoPix"]?["dataHoraSolicitacao"] == "2026-11-20T21:00:00")
            #expect(booth.bank.payouts.first?.isPaid == false)
            booth.clock.advance(milliseconds: 2_000)
            let done = try await booth.call("GET", "banking/v2/pix/\(code)").json
            #expect(done["transacaoPix"]?["status"] == "PAGO")
            #expect(done["transacaoPix"]?["endToEnd"] == answer.json["endToEndId"])
            #expect(done["transacaoPix"]?["endToEnd"]?.stringValue?.hasPrefix("E00416968202611210000") == true)
            #expect(done["historico"]?.arrayValue?.compactMap { $0["status"] } == ["ENVIADO", "PAGO"])
            #expect(booth.bank.payouts.map(\.isPaid) == [true])
        }
    }

    @Test("with one key are one, by eight at once, with another body, and days later")
    func idempotent() async throws {
        try await PixBooth.with { booth in
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 { group.addTask { try await Self.send(booth).json.text } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(answers.count == 1)
            let other = try await Self.send(booth, ["valor": 9])
            #expect(other.json.text == answers.first)
            booth.clock.advance(hours: 72)
            try await booth.renew { booth in
                let first = try await Self.send(booth).json.text
                #expect(first == answers.first)
            }
            #expect(booth.bank.payouts.map(\.amount) == [15_010])
            #expect(booth.bank.payouts.first?.idempotencyKey == Self.idempotencyKey)
        }
    }

    @Test("without a key are as many as were asked for")
    func noKey() async throws {
        try await PixBooth.with { booth in
            for _ in 0..<2 {
                let answer = try await Self.send(booth, key: nil)
                #expect(answer.status == 200)
            }
            #expect(booth.bank.payouts.count == 2)
        }
    }

    @Test("go to a key, an account or a code; the amount may be a text, as the bank's own library writes it")
    func receivers() async throws {
        try await PixBooth.with { booth in
            let code = try await booth.put().json["pixCopiaECola"] ?? ""
            let account: JSONValue = [
                "tipo": "DADOS_BANCARIOS", "nome": "Fulano", "cpfCnpj": "12345678909", "agencia": "0001",
                "contaCorrente": "77", "tipoConta": "CONTA_CORRENTE", "instituicaoFinanceira": ["ispb": "99999004"],
            ]
            for receiver in [account, ["tipo": "PIX_COPIA_E_COLA", "pixCopiaECola": code]] as [JSONValue] {
                let answer = try await Self.send(booth, ["destinatario": receiver, "valor": "150.10"], key: nil)
                #expect(answer.status == 200)
            }
            #expect(booth.bank.payouts.map(\.receiver) == ["0001/77", code.stringValue])
        }
    }

    @Test(
        "are refused in Inter's form of error, without a type",
        arguments: [
            (["valor": 0], "valor"), (["valor": -1], "valor"), (["valor": .number("1.001")], "valor"),
            (["valor": .number("1e2")], "valor"), (["valor": .null], "valor"),
            (["destinatario": .null], "destinatario.tipo"),
            (["destinatario": ["tipo": "BANK_DETAILS"]], "destinatario.tipo"),
            (["destinatario": ["tipo": "CHAVE"]], "destinatario.chave"),
            (["destinatario": ["tipo": "PIX_COPIA_E_COLA", "pixCopiaECola": "x"]], "destinatario.pixCopiaECola"),
            (["destinatario": ["tipo": "DADOS_BANCARIOS", "nome": "F"]], "destinatario.cpfCnpj"),
            (["dataPagamento": "2026-11-19"], "dataPagamento"), (["dataPagamento": "hoje"], "dataPagamento"),
            (["descricao": .string(String(repeating: "a", count: 141))], "descricao"),
        ] as [(JSONObject, String)])
    func malformed(changes: JSONObject, place: String) async throws {
        try await PixBooth.with { booth in
            let answer = try await Self.send(booth, changes)
            #expect(answer.status == 400)
            #expect(answer.contentType == "application/json")
            #expect(answer.json["type"] == nil)
            #expect(answer.json["title"] != nil)
            #expect(answer.place == place)
            #expect(booth.bank.payouts.isEmpty)
            // What was refused has not used the key up.
            #expect(try await Self.send(booth).status == 200)
        }
    }

    @Test("need a key that is a lower-case UUID", arguments: ["7", "0B2A3F6E-52A7-4F0E-9D51-0C1A2B3C4D5E"])
    func badKey(key: String) async throws {
        try await PixBooth.with { booth in
            let answer = try await Self.send(booth, key: key)
            #expect(answer.status == 400)
            #expect(answer.place == "x-id-idempotente")
        }
    }

    @Test(
        "wait for a person, or for their day",
        arguments: [
            (PixBankConduct.PayoutAnswer.approval, nil, "APROVACAO", "AGUARDANDO_APROVACAO"),
            (.scheduled, nil, "AGENDADO", "AGENDADO"), (.processed, "2026-11-21", "AGENDADO", "AGENDADO"),
        ] as [(PixBankConduct.PayoutAnswer, String?, String, String)])
    func waiting(answer: PixBankConduct.PayoutAnswer, day: String?, kind: String, status: String) async throws {
        try await PixBooth.with { booth in
            booth.bank.conduct.payoutAnswer = answer
            let sent = try await Self.send(booth, day.map { ["dataPagamento": .string($0)] } ?? [:])
            #expect(sent.json["tipoRetorno"] == .string(kind))
            #expect(sent.json["endToEndId"] == nil)
            let code = sent.json["codigoSolicitacao"]?.stringValue ?? ""
            booth.clock.advance(milliseconds: 60_000)
            let now = try await booth.call("GET", "banking/v2/pix/\(code)").json
            #expect(now["transacaoPix"]?["status"] == .string(status))
            #expect(booth.bank.endPayout(code, as: "PAGO"))
            #expect(booth.bank.payouts.first?.isPaid == true)
            #expect(!booth.bank.endPayout("none", as: "PAGO"))
        }
    }

    @Test(
        "can end as anything that the bank has a word for",
        arguments: [
            "REPROVADO", "EXPIRADO", "CANCELADO", "FALHA", "CANCELADO_SEM_SALDO", "NAO_DEBITADO",
            "AGENDAMENTO_CANCELADO",
            "PARCIALMENTE_DEBITADO", "NEVER_HEARD_OF",
        ])
    func ends(status: String) async throws {
        try await PixBooth.with { booth in
            booth.bank.conduct.payoutStatuses = ["CRIADO", status]
            let code = try await Self.send(booth).json["codigoSolicitacao"]?.stringValue ?? ""
            booth.clock.advance(milliseconds: 2_000)
            let now = try await booth.call("GET", "banking/v2/pix/\(code)").json["transacaoPix"]
            #expect(now?["status"] == .string(status))
            #expect(now?["endToEnd"] == nil)
            let isFailure = !["PARCIALMENTE_DEBITADO", "NEVER_HEARD_OF"].contains(status)
            #expect((now?["erros"] != nil) == isFailure)
            #expect(booth.bank.payouts.first?.isPaid == false)
        }
    }

    @Test("can be asked for ninety days")
    func days() async throws {
        try await PixBooth.with { booth in
            let code = try await Self.send(booth).json["codigoSolicitacao"]?.stringValue ?? ""
            booth.clock.advance(hours: 90 * 24)
            try await booth.renew { booth in
                let second = try await booth.call("GET", "banking/v2/pix/\(code)").status
                #expect(second == 200)
                booth.clock.advance(milliseconds: 1)
                let gone = try await booth.call("GET", "banking/v2/pix/\(code)")
                #expect(gone.status == 404)
                #expect(gone.json["type"] == nil)
            }
        }
    }
}
