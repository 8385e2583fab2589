import Sandbox
import StrictJSON
import TestSupport
import Testing

@Suite("The simulated bank's statement")
struct PixStatementTests {
    private static let path = "banking/v2/extrato/completo"

    private static func statement(_ booth: PixBooth, _ query: String) async throws -> PixBooth.Answer {
        try await booth.call("GET", "\(path)?\(query)")
    }

    @Test("tells what came, what was sent, and what the receiver gave back, by days of Brasília")
    func movements() async throws {
        try await PixBooth.with { booth in
            _ = try await booth.put()
            try booth.bank.pay(txid: PixBooth.txid)
            let body: JSONValue = ["valor": 7, "destinatario": ["tipo": "CHAVE", "chave": "a@b.co"]]
            let code = try await booth.call("POST", "banking/v2/pix", body).json["codigoSolicitacao"]
            #expect(!booth.bank.returnPayout(code?.stringValue ?? ""))
            booth.clock.advance(milliseconds: 2_000)
            #expect(booth.bank.returnPayout(code?.stringValue ?? "", amount: 3))
            #expect(booth.bank.returnPayout(code?.stringValue ?? "", amount: 4, isNamed: false))
            #expect(!booth.bank.returnPayout("none"))
            let answer = try await Self.statement(booth, "dataInicio=2026-11-20&dataFim=2026-11-20")
            #expect(answer.status == 200)
            #expect(answer.json["totalElementos"] == 4)
            #expect(answer.json["ultimaPagina"] == true)
            let items = answer.json["transacoes"]?.arrayValue ?? []
            #expect(items.compactMap { $0["tipoOperacao"]?.stringValue } == ["C", "D", "C", "C"])
            #expect(items.compactMap { $0["valor"]?.stringValue }.dropFirst() == ["7.00", "0.03", "0.04"])
            #expect(items[1]["detalhes"]?["codigoSolicitacao"] == code)
            #expect(items[2]["detalhes"]?["endToEndId"] == items[1]["detalhes"]?["endToEndId"])
            #expect(items[3]["detalhes"]?["endToEndId"]?.stringValue?.hasPrefix("D") == true)
            let second = try await Self.statement(
                booth, "dataInicio=2026-11-20&dataFim=2026-11-20&pagina=1&tamanhoPagina=3")
            #expect(second.json["numeroDeElementos"] == 1)
            #expect(second.json["ultimaPagina"] == true)
            let tomorrow = try await Self.statement(booth, "dataInicio=2026-11-21&dataFim=2026-11-21")
            #expect(tomorrow.json["transacoes"] == [])
        }
    }

    @Test(
        "is refused for what is no period, or too long a one",
        arguments: [
            ("", "dataInicio"), ("dataInicio=2026-11-20", "dataFim"),
            ("dataInicio=2026-11-20&dataFim=2026-11-19", "dataFim"),
            ("dataInicio=2026-01-01&dataFim=2026-04-01", "dataFim"),
            ("dataInicio=20-11-2026&dataFim=2026-11-19", "dataInicio"),
            ("dataInicio=2026-11-20&dataFim=2026-11-20&tamanhoPagina=0", "tamanhoPagina"),
        ])
    func refused(query: String, place: String) async throws {
        try await PixBooth.with { booth in
            let answer = try await Self.statement(booth, query)
            #expect(answer.status == 400)
            #expect(answer.json["type"] == nil)
            #expect(answer.place == place)
        }
    }
}
