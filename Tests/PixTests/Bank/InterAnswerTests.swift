import Payments
import Pix
import Specification
import StrictJSON
import TestSupport
import Testing

/// Source: pix.md 3.7, 4.1, 4.2, 4.5
@Suite("What the client of Banco Inter makes of an answer")
struct InterAnswerTests {
    private static let txid = "7978c0c97ea847e78e8849634473c1f1"

    private func failure<T: Sendable>(_ call: () async throws(PixBankError) -> T) async -> PixBankError? {
        do throws(PixBankError) {
            _ = try await call()
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "\"there is no such thing\" is the bank's own word alone, not a proxy's",
        arguments: [
            (#"{"type":"https://pix.bcb.gov.br/api/v2/error/CobNaoEncontrado","title":"x","status":404}"#, true),
            (#"{"type":"https://pix.bcb.gov.br/api/v2/error/PixDevolucaoNaoEncontrada","title":"x"}"#, true),
            (#"{"title":"Não encontrado","detail":"Pagamento não encontrado.","violacoes":[]}"#, true),
            (#"{"title":"Não encontrado","detail":"x","status":404}"#, true),
            ("<html><h1>404 Not Found</h1></html>", false), ("", false), ("[]", false), ("{}", false),
            (#"{"title":"Not Found"}"#, false), (#"{"title":"","detail":"x"}"#, false),
            (#"{"title":"a","detail":"b","status":400}"#, false),
            (#"{"type":"about:blank","title":"Not Found","status":404,"detail":"No static resource."}"#, false),
            (#"{"type":"https://pix.bcb.gov.br/api/v2/error/AcessoNegado","title":"x"}"#, false),
            (#"{"type":7,"title":"x","detail":"y"}"#, false),
            (#"{"timestamp":"2026-11-21","status":404,"error":"Not Found","path":"/pix/v2/cob"}"#, false),
        ])
    func notFound(body: String, isNotFound: Bool) async throws {
        try await BankHost.with { _ in
            .answer(404, body: Array(body.utf8))
        } body: { host in
            let error = await failure { () async throws(PixBankError) in try await host.bank.charge(Self.txid) }
            if isNotFound { #expect(error == .notFound) } else { #expect(error?.isUnknown == true) }
        }
    }

    @Test(
        "a number that does not fit is no answer, and stops nothing",
        arguments: [
            ("expiracao", "9223372036854775807"), ("expiracao", "99999999999999999999"), ("expiracao", "-1"),
            ("expiracao", "0"), ("expiracao", "1e3"), ("expiracao", "2147483648"), ("expiracao", #""many""#),
            ("revisao", "99999999999999999999"), ("revisao", "-1"), ("original", "99999999999999999999"),
            ("original", #""99999999999999999999.00""#), ("original", "1e400"), ("original", "{}"),
        ])
    func hugeCharge(name: String, text: String) async throws {
        func value(_ field: String, _ usual: String) -> String { name == field ? text : usual }
        let body = """
            {"txid":"\(Self.txid)","status":"ATIVA","revisao":\(value("revisao", "0")),
            "calendario":{"criacao":"2026-11-21T00:00:00Z","expiracao":\(value("expiracao", "3600"))},
            "valor":{"original":\(value("original", "\"37.00\""))}}
            """
        try await BankHost.with { _ in
            .answer(200, body: Array(body.utf8))
        } body: { host in
            let error = await failure { () async throws(PixBankError) in try await host.bank.charge(Self.txid) }
            #expect(error?.isUnknown == true)
        }
    }

    @Test(
        "a list whose number of pages does not fit is not taken for a short one",
        arguments: ["9223372036854775807", "99999999999999999999", "-1", #""x""#])
    func hugePages(text: String) async throws {
        let body = #"{"parametros":{"paginacao":{"quantidadeDePaginas":\#(text)}},"cobs":[],"pix":[]}"#
        try await BankHost.with { _ in
            .answer(200, body: Array(body.utf8))
        } body: { host in
            let charges = await failure { () async throws(PixBankError) in try await host.bank.charges(0...1, page: 0) }
            #expect(charges?.isUnknown == true)
        }
    }

    @Test("a token that is to live for ever is renewed within a day", arguments: [Int64.max, 86_401])
    func longLife(seconds: Int64) async throws {
        let token: @Sendable (Int) -> HTTPReceiver.Reaction = { number in
            BankHost.json([
                "access_token": .string("t\(number)"), "expires_in": .integer(seconds),
                "scope": .string(BankHost.scopes),
            ])
        }
        try await BankHost.with(token: token) { _ in
            BankHost.json(BankHost.charge)
        } body: { host in
            _ = try await host.bank.charge(Self.txid)
            host.clock.advance(hours: 24)
            _ = try await host.bank.charge(Self.txid)
            #expect(host.tokenCalls == 2)
        }
    }

    @Test(
        "the bank's words are told without what tells who somebody is",
        arguments: [
            ("CPF 123.456.789-09 inválido", "CPF *** inválido"), ("chave 12345678909.", "chave ***."),
            ("12.345.678/0001-95 e 12ABC34501DE35", "*** e ***"), ("fulano@example.com, não", "*** não"),
            ("+55 (61) 91234-5678", "+***"), ("123e4567-e89b-12d3-a456-426655440000!", "***!"),
            ("12345678-1234-1234-1234-123456789abc", "***"), ("valor 9999999999 em 2026-11-21", nil),
            ("E01 saldo insuficiente: 10.00", nil), ("não há, ação", nil), ("", nil),
        ] as [(String, String?)])
    func masked(words: String, expected: String?) async throws {
        let error = PixBankError.refused(status: 400, name: "", detail: words)
        #expect("\(error)".hasSuffix("HTTP 400  \(expected ?? words)"))
        let answer: JSONValue = ["title": .string(words.isEmpty ? "-" : words), "violacoes": []]
        try await BankHost.with { _ in
            BankHost.json(answer, 400)
        } body: { host in
            let error = await failure { () async throws(PixBankError) in try await host.bank.charge(Self.txid) }
            let detail = words.isEmpty ? "-" : expected ?? words
            #expect(error == .refused(status: 400, name: "", detail: detail))
        }
    }

    @Test("why a refund or a payout failed is told without them, too")
    func maskedReasons() async throws {
        try await BankHost.with { request in
            BankHost.json(
                request.uri.contains("devolucao")
                    ? ["id": "r", "valor": "1.00", "status": "NAO_REALIZADO", "motivo": "CPF 12345678909"]
                    : [
                        "transacaoPix": [
                            "status": "FALHA", "erros": [["codigoErro": "E1", "descricaoErro": "a@b.c recusou"]],
                        ]
                    ])
        } body: { host in
            let refund = try await host.bank.refund("r", of: "E1")
            #expect(refund.reason == "CPF ***")
            let payout = try await host.bank.payout("c")
            #expect(payout.errors == ["E1 *** recusou"])
        }
    }

    @Test("questions of the background leave a quarter of the minute to what somebody waits for")
    func background() async throws {
        try await BankHost.with { _ in
            BankHost.json(BankHost.charge)
        } body: { host in
            let looks = await PixCallPriority.$current.withValue(.background) { () async -> [PixBankError?] in
                var outcomes: [PixBankError?] = []
                for _ in 0..<120 {
                    outcomes.append(
                        await failure { () async throws(PixBankError) in try await host.bank.charge(Self.txid) })
                }
                return outcomes
            }
            #expect(looks.count { $0 == nil } == 90)
            #expect(looks.last == .busy(milliseconds: 60_000))
            // What changes something goes out, from a job too; and so does a question that somebody waits for.
            _ = try await PixCallPriority.$current.withValue(.background) { try await host.bank.remove(Self.txid) }
            for _ in 0..<29 { _ = try await host.bank.charge(Self.txid) }
            let last = await failure { () async throws(PixBankError) in try await host.bank.charge(Self.txid) }
            #expect(last == .busy(milliseconds: 60_000))
            host.clock.advance(milliseconds: 60_000)
            _ = try await PixCallPriority.$current.withValue(.background) { try await host.bank.charge(Self.txid) }
        }
    }

    @Test("looks by habit leave an eighth more, to what is due in the background")
    func routine() async throws {
        try await BankHost.with { _ in
            BankHost.json(BankHost.charge)
        } body: { host in
            func count(_ priority: PixCallPriority) async -> Int {
                await PixCallPriority.$current.withValue(priority) {
                    var count = 0
                    for _ in 0..<120 {
                        let error = await failure { () async throws(PixBankError) in
                            try await host.bank.charge(Self.txid)
                        }
                        if error == nil { count += 1 }
                    }
                    return count
                }
            }
            #expect(await count(.routine) == 75)
            #expect(await count(.background) == 15)
            #expect(await count(.routine) == 0)
            #expect(await count(.foreground) == 30)
        }
    }

    @Test("a NUL in the bank's texts is left out: PostgreSQL stores none")
    func nul() async throws {
        let body = #"""
            {"endToEndId":"E1\u0000","valor":"1.00","infoPagador":"a\u0000b","chave":"12345678909",
            "devolucoes":[{"id":"d\u0000","valor":"0.50","status":"DEVOLVIDO","motivo":"\u0000x","natureza":"MED\u0000"}]}
            """#
        let refusal = #"{"title":"no\u0000","violacoes":[{"razao":"r\u0000","propriedade":"p"}]}"#
        try await BankHost.with { request in
            request.uri.hasSuffix("no")
                ? .answer(400, headers: [], body: Array(refusal.utf8))
                : .answer(200, headers: [], body: Array(body.utf8))
        } body: { host in
            let payment = try await host.bank.payment("E1")
            #expect(payment.e2eID == "E1")
            #expect(payment.payerNote == "ab")
            let entry = try #require(payment.returns.first)
            #expect([entry.id, entry.reason, entry.nature] == ["d", "x", "MED"])
            let error = await failure { () async throws(PixBankError) in try await host.bank.payment("no") }
            #expect(error == .refused(status: 400, name: "", detail: "no; p: r"))
        }
    }

    @Test(
        "the rates of a test host hold for it, however its address is written",
        arguments: [
            ("https://cdpj-sandbox.partners.uatinter.co", .sandbox),
            ("https://CDPJ-sandbox.partners.uatinter.co:443/", .sandbox),
            ("https://cdpj.partners.uatbi.com.br", .sandbox), ("https://cdpj.partners.bancointer.com.br", .production),
            ("https://uatinter.co.example.com", .production), ("http://127.0.0.1:8080", .production),
        ] as [(String, PixSpecification.Environment)])
    func hosts(url: String, environment: PixSpecification.Environment) {
        let configuration = InterConfiguration(clientID: "c", clientSecret: "s", baseURL: url, tls: nil)
        #expect(configuration.environment == environment)
    }
}
