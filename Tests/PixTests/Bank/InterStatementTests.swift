import Payments
import Pix
import StrictJSON
import TestSupport
import Testing

/// Inter's statement with details; its fields are those of the bank's own libraries.
@Suite("The statement of an account at Banco Inter")
struct InterStatementTests {
    private static func movement(_ changes: JSONObject = [:]) -> JSONValue {
        var item: JSONObject = [
            "idTransacao": "310000109", "dataInclusao": "2026-11-21 00:30:00", "dataTransacao": "2026-11-21",
            "tipoTransacao": "PIX", "tipoOperacao": "D", "valor": "1200.5", "titulo": "Pix enviado",
            "descricao": "Fornecedor", "somethingNew": [1],
            "detalhes": [
                "endToEndId": "E1", "codigoSolicitacao": "c-1", "chavePixRecebedor": "fulano@example.com",
                "descricaoPix": "", "tipoDetalhe": "PIX", "more": .null,
            ],
        ]
        for (name, value) in changes { item[name] = value }
        return .object(item)
    }

    private func statement(
        _ body: JSONValue, _ check: (PixPage<PixMovement>, BankHost) throws -> Void
    ) async throws {
        try await BankHost.with { _ in
            BankHost.json(body)
        } body: { host in
            let page = try await host.bank.statement(1_795_219_200_000...1_795_305_600_000, page: 0)
            try check(page, host)
        }
    }

    @Test("is asked for by days of Brasília with a token of its own; what is no Pix and what is new is passed over")
    func read() async throws {
        let items: [JSONValue] = [
            Self.movement(), Self.movement(["tipoTransacao": "TARIFA", "valor": .null]),
            Self.movement(["valor": 3_000, "tipoOperacao": "C", "detalhes": .null, "dataInclusao": .null]),
            Self.movement(["tipoOperacao": "X"]), 5, Self.movement(["dataInclusao": "soon", "dataTransacao": 7]),
        ]
        try await statement(["totalPaginas": 2, "ultimaPagina": false, "transacoes": .array(items)]) { page, host in
            #expect(page.hasMore)
            #expect(
                page.items == [
                    PixMovement(
                        .debit, amount: 120_050, e2eID: "E1", code: "c-1", key: "fulano@example.com",
                        title: "Pix enviado", bookedAt: 1_795_231_800_000),
                    PixMovement(.credit, amount: 300_000, title: "Pix enviado", bookedAt: 1_795_230_000_000),
                    PixMovement(
                        .debit, amount: 120_050, e2eID: "E1", code: "c-1", key: "fulano@example.com",
                        title: "Pix enviado"),
                ])
            #expect(
                host.calls.first?.uri
                    == "/banking/v2/extrato/completo?dataInicio=2026-11-20&dataFim=2026-11-21&pagina=0"
                    + "&tamanhoPagina=1000")
            let form = host.receiver.requests.first.map { String(decoding: $0.body, as: UTF8.self) }
            #expect(form?.hasSuffix("&scope=extrato.read") == true)
        }
    }

    @Test(
        "that cannot be read is no statement",
        arguments: [
            [], ["transacoes": 5], ["totalPaginas": .number("99999999999999999999"), "transacoes": []],
        ] as [JSONValue])
    func unreadable(body: JSONValue) async throws {
        let error = await #expect(throws: PixBankError.self) { try await statement(body) { _, _ in } }
        #expect(error?.isUnknown == true)
    }

    @Test("with a movement that cannot be read tells of the others, and that there is one")
    func oddMovement() async throws {
        for odd in [["valor": "-1.00"], ["valor": .number("99999999999999999999")]] as [JSONObject] {
            try await statement(["transacoes": [Self.movement(odd), Self.movement()]]) { page, _ in
                #expect(page.items.count == 1)
                #expect(page.unreadable == 1)
            }
        }
    }

    @Test("ends with its last page, whichever way the bank says so")
    func pages() async throws {
        let items: JSONValue = [Self.movement()]
        let cases: [(JSONValue, Bool)] = [
            (["transacoes": items], false), (["totalPaginas": 1, "transacoes": items], false),
            (["totalPaginas": 2, "transacoes": items], true), (["ultimaPagina": true, "transacoes": items], false),
            (["ultimaPagina": false, "transacoes": []], false),
        ]
        for (body, hasMore) in cases {
            try await statement(body) { page, _ in #expect(page.hasMore == hasMore) }
        }
    }
}
