import Payments
import Pix
import Specification
import StrictJSON
import TestSupport
import Testing

/// Source: pix.md 3, 4
@Suite("The client of Banco Inter, over real HTTP")
struct InterBankTests {
    private let offer = PixOffer(
        txid: "7978c0c97ea847e78e8849634473c1f1", key: "+5561912345678", amount: 1_050, expirySeconds: 60,
        payerNote: "ação")

    /// What the call threw.
    private func failure<T: Sendable>(
        _ call: () async throws(PixBankError) -> T
    ) async -> PixBankError? {
        do throws(PixBankError) {
            _ = try await call()
            return nil
        } catch {
            return error
        }
    }

    @Test("offers a charge with a fixed price as text, and reads the bank's")
    func charge() async throws {
        try await BankHost.with { _ in
            BankHost.json(BankHost.charge, 201)
        } body: { host in
            let charge = try await host.bank.create(offer)
            let request = try #require(host.calls.first)
            #expect(request.method == "PUT")
            #expect(request.uri == "/pix/v2/cob/7978c0c97ea847e78e8849634473c1f1")
            #expect(request.header("authorization") == "Bearer t1")
            #expect(request.header("x-conta-corrente") == "123")
            #expect(
                String(decoding: request.body, as: UTF8.self)
                    == #"{"calendario":{"expiracao":60},"valor":{"original":"10.50","modalidadeAlteracao":0},"#
                    + #""chave":"+5561912345678","solicitacaoPagador":"ação"}"#)
            #expect(charge.status == .active)
            #expect(charge.revision == 2)
            #expect(charge.amount == 3_700)
            #expect(charge.createdAt == 1_795_219_200_500)
            #expect(charge.code == "000201")
            let form = host.receiver.requests.first.map { String(decoding: $0.body, as: UTF8.self) }
            #expect(
                form == "client_id=client%26id&client_secret=cl1ent-s3cret&grant_type=client_credentials"
                    + "&scope=cob.read%20cob.write%20pix.read%20pix.write")
        }
    }

    @Test("asks for one token for 200 charges at once, and sends no more than the bank takes in a minute")
    func concurrent() async throws {
        try await BankHost.with { _ in
            BankHost.json(BankHost.charge, 201)
        } body: { host in
            let outcomes = await withTaskGroup(of: PixBankError?.self) { group in
                for _ in 0..<200 {
                    group.addTask {
                        await self.failure { () async throws(PixBankError) in try await host.bank.create(offer) }
                    }
                }
                return await group.reduce(into: [PixBankError?]()) { $0.append($1) }
            }
            #expect(host.tokenCalls == 1)
            #expect(outcomes.count { $0 == nil } == 120)
            #expect(host.calls.count == 120)
            #expect(outcomes.count { $0 == .busy(milliseconds: 60_000) } == 80)
            host.clock.advance(milliseconds: 60_000)
            _ = try await host.bank.create(offer)
        }
    }

    @Test("renews its token a minute before its end, and sends it no more")
    func renewal() async throws {
        try await BankHost.with { _ in
            BankHost.json(BankHost.charge)
        } body: { host in
            _ = try await host.bank.charge(offer.txid)
            host.clock.advance(milliseconds: 3_539_999)
            _ = try await host.bank.charge(offer.txid)
            #expect(host.tokenCalls == 1)
            host.clock.advance(milliseconds: 1)
            _ = try await host.bank.charge(offer.txid)
            #expect(host.calls.map { $0.header("authorization") } == ["Bearer t1", "Bearer t1", "Bearer t2"])
        }
    }

    @Test("takes a new token once when the bank does not take the one it has, and no third one")
    func unauthorized() async throws {
        try await BankHost.with { request in
            request.header("authorization") == "Bearer t1"
                ? .answer(401, body: []) : BankHost.json(BankHost.charge)
        } body: { host in
            _ = try await host.bank.charge(offer.txid)
            #expect(host.tokenCalls == 2)
        }
        try await BankHost.with { _ in
            .answer(401, body: [])
        } body: { host in
            let error = await failure { () async throws(PixBankError) in try await host.bank.charge(offer.txid) }
            #expect(error == .refused(status: 401, name: "", detail: ""))
            #expect(host.tokenCalls == 2)
            #expect(host.calls.count == 2)
        }
    }

    @Test("makes no call without a token that allows it, and says what to do, never the secret")
    func noToken() async throws {
        let answers: [HTTPReceiver.Reaction] = [
            .answer(400, body: []), .answer(500, body: []), BankHost.json([]), BankHost.json(["access_token": "a b"]),
            BankHost.token("t", scope: "cob.read"), .hangUp,
        ]
        for answer in answers {
            let gives: @Sendable (Int) -> HTTPReceiver.Reaction = { _ in answer }
            try await BankHost.with(token: gives) { _ in
                BankHost.json(BankHost.charge)
            } body: { host in
                let error = await failure { () async throws(PixBankError) in try await host.bank.create(offer) }
                guard case .notSent(let cause)? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                #expect(!cause.contains(BankHost.secret))
                #expect(host.calls.isEmpty)
            }
        }
    }

    @Test("tells what happened from what may have happened")
    func outcomes() async throws {
        let type = "https://pix.bcb.gov.br/api/v2/error/"
        let cases: [(HTTPReceiver.Reaction, PixBankError?)] = [
            (
                BankHost.json(
                    [
                        "type": .string(type + "CobOperacaoInvalida"), "title": "Cobrança inválida.", "status": 400,
                        "violacoes": [["razao": "inválido", "propriedade": "cob.chave", "valor": "12345678909"]],
                    ], 400),
                .refused(
                    status: 400, name: "CobOperacaoInvalida", detail: "Cobrança inválida.; cob.chave: inválido")
            ),
            (
                BankHost.json(["title": "Erro", "detail": "x", "violacoes": []], 422),
                .refused(status: 422, name: "", detail: "Erro")
            ),
            (.answer(403, body: Array("Forbidden".utf8)), .refused(status: 403, name: "", detail: "")),
            (BankHost.json(["type": "NaoEncontrado"], 404), .notFound),
            (.answer(429, body: []), .busy(milliseconds: 60_000)),
            (.answer(500, body: []), .unknown("HTTP 500")),
            (.answer(503, body: []), .unknown("HTTP 503")),
            (.answer(302, headers: [("location", "/elsewhere")], body: []), .unknown("HTTP 302")),
            (.answer(200, body: Array("<html>".utf8)), .unknown("the answer is no JSON")),
            (BankHost.json([]), .unknown("the answer is no charge")),
            (.answer(200, body: []), .unknown("the answer is no charge")),
        ]
        for (reaction, expected) in cases {
            try await BankHost.with { _ in
                reaction
            } body: { host in
                let error = await failure { () async throws(PixBankError) in try await host.bank.create(offer) }
                #expect(error == expected)
                #expect(host.calls.count == 1)
            }
        }
    }

    @Test("does not wait for ever, nor for a connection that is not there")
    func silence() async throws {
        for reaction in [HTTPReceiver.Reaction.held, .unfinished(200), .hangUp, .noise] {
            try await BankHost.with(deadlineSeconds: 1) { _ in
                reaction
            } body: { host in
                let error = await failure { () async throws(PixBankError) in try await host.bank.create(offer) }
                #expect(error?.isUnknown == true)
                host.receiver.release()
                await host.receiver.stop()
            }
        }
        try await BankHost.with { _ in
            .hangUp
        } body: { host in
            await host.receiver.stop()
            let error = await failure { () async throws(PixBankError) in try await host.bank.create(offer) }
            guard case .notSent? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("after \"too many\" sends nothing for a minute")
    func tooMany() async throws {
        try await BankHost.with { _ in
            .answer(429, body: [])
        } body: { host in
            _ = await failure { () async throws(PixBankError) in try await host.bank.create(offer) }
            let error = await failure { () async throws(PixBankError) in try await host.bank.create(offer) }
            #expect(error == .busy(milliseconds: 60_000))
            #expect(host.calls.count == 1)
        }
    }

    @Test("in the bank's sandbox sends ten calls a minute, in any minute")
    func sandboxRate() async throws {
        try await BankHost.with(environment: .sandbox) { _ in
            BankHost.json(BankHost.charge)
        } body: { host in
            for _ in 0..<10 {
                _ = try await host.bank.charge(offer.txid)
                host.clock.advance(milliseconds: 5_000)
            }
            let error = await failure { () async throws(PixBankError) in try await host.bank.charge(offer.txid) }
            #expect(error == .busy(milliseconds: 10_000))
            host.clock.advance(milliseconds: 10_000)
            _ = try await host.bank.charge(offer.txid)
        }
    }

    @Test("withdraws with the status alone, and gives another time with the time alone")
    func patches() async throws {
        try await BankHost.with { _ in
            BankHost.json(BankHost.charge)
        } body: { host in
            _ = try await host.bank.remove(offer.txid)
            _ = try await host.bank.revise(offer.txid, expirySeconds: 90)
            #expect(host.calls.map(\.method) == ["PATCH", "PATCH"])
            #expect(
                host.calls.map { String(decoding: $0.body, as: UTF8.self) } == [
                    #"{"status":"REMOVIDA_PELO_USUARIO_RECEBEDOR"}"#, #"{"calendario":{"expiracao":90}}"#,
                ])
        }
    }

    @Test(
        "reads sums exactly, as text or as number, and refuses what is none",
        arguments: [
            (JSONValue.string("150.10"), Int64(15_010) as Int64?), (.number("150.1"), 15_010), (.integer(150), 15_000),
            (.number("0.01"), 1), (.string("9999999999.99"), 999_999_999_999), (.number("150.101"), nil),
            (.number("1e3"), nil), (.string("150,10"), nil), (.string("-1.00"), nil), (.string(""), nil), (.null, nil),
            (.string("10000000000.00"), nil),
        ])
    func sums(value: JSONValue, centavos: Int64?) async throws {
        let payment: JSONValue = [
            "endToEndId": "E1", "valor": value, "horario": "2026-11-21T00:00:00Z", "infoPagador": 5,
            "devolucoes": ["id": "d1", "valor": "1.00", "status": "DEVOLVIDO", "natureza": "MED_FRAUDE"],
        ]
        try await BankHost.with { _ in
            BankHost.json(payment)
        } body: { host in
            guard let centavos else {
                let error = await failure { () async throws(PixBankError) in try await host.bank.payment("E1") }
                #expect(error == .unknown("the answer is no payment"))
                return
            }
            let read = try await host.bank.payment("E1")
            #expect(read.amount == centavos)
            #expect(read.payerNote == "5")
            #expect(read.returns.map(\.id) == ["d1"])
            #expect(read.returns.map(\.status) == [.done])
        }
    }

    @Test("one item that cannot be read hides no other; without a count of pages, a full page has another behind it")
    func oddItems() async throws {
        try await BankHost.with { request in
            let count = request.uri.contains("paginaAtual=0") ? 999 : 3
            let items =
                Array(repeating: BankHost.charge, count: count) + [["txid": 7], "nothing"].prefix(count == 3 ? 2 : 1)
            return BankHost.json(["cobs": .array(items)])
        } body: { host in
            let first = try await host.bank.charges(0...1, page: 0)
            #expect(first.items.count == 999)
            #expect(first.unreadable == 1)
            #expect(first.hasMore)
            let second = try await host.bank.charges(0...1, page: 1)
            #expect(second.items.count == 3)
            #expect(second.unreadable == 2)
            #expect(!second.hasMore)
        }
    }

    @Test("reads lists page by page")
    func pages() async throws {
        try await BankHost.with { request in
            let isFirst = request.uri.contains("paginaAtual=0")
            return BankHost.json([
                "parametros": ["paginacao": ["paginaAtual": isFirst ? 0 : 1, "quantidadeDePaginas": 2]],
                "cobs": [BankHost.charge], "pix": [],
            ])
        } body: { host in
            let first = try await host.bank.charges(1_795_219_200_000...1_795_305_600_000, page: 0)
            #expect(first.items.count == 1)
            #expect(first.hasMore)
            #expect(try await host.bank.charges(0...1, page: 1).hasMore == false)
            #expect(
                host.calls.first?.uri
                    == "/pix/v2/cob?inicio=2026-11-21T00%3A00%3A00Z&fim=2026-11-22T00%3A00%3A00Z"
                    + "&paginacao.paginaAtual=0&paginacao.itensPorPagina=1000")
            #expect(host.calls.last?.uri.contains("inicio=1970-01-01T00%3A00%3A00Z") == true)
        }
    }

    @Test("gives money back under an id, and escapes what it puts into a path")
    func giveBack() async throws {
        let answer: JSONValue = [
            "id": "r1", "rtrId": "D1", "valor": "7.89", "status": "EM_PROCESSAMENTO",
            "horario": ["solicitacao": "2026-11-21T00:00:00.000Z"],
        ]
        try await BankHost.with { _ in
            BankHost.json(answer, 201)
        } body: { host in
            let made = try await host.bank.giveBack(789, of: "E/1?", id: "r1", description: nil)
            #expect(made.status == .processing)
            #expect(made.amount == 789)
            #expect(host.calls.first?.uri == "/pix/v2/pix/E%2F1%3F/devolucao/r1")
            #expect(host.calls.first.map { String(decoding: $0.body, as: UTF8.self) } == #"{"valor":"7.89"}"#)
        }
    }

    @Test("sends money as an exact number under one key, with a token of its own, and once a second")
    func payout() async throws {
        let key = "123e4567-e89b-42d3-a456-426614174000"
        try await BankHost.with { request in
            BankHost.json(
                request.method == "POST"
                    ? ["tipoRetorno": "PROCESSADO", "codigoSolicitacao": "c-1"]
                    : [
                        "transacaoPix": [
                            "codigoSolicitacao": "c-1", "status": "FALHA", "valor": .number("150.10"), "endToEnd": "E9",
                            "erros": [["codigoErro": "E1", "descricaoErro": "sem saldo"]],
                        ]
                    ])
        } body: { host in
            let order = PixPayoutOrder(requestKey: key, amount: 15_010, key: "fulano@example.com")
            let accepted = try await host.bank.pay(order)
            #expect(accepted.code == "c-1")
            #expect(accepted.status == .waiting)
            let request = try #require(host.calls.first)
            #expect(request.uri == "/banking/v2/pix")
            #expect(request.header("x-id-idempotente") == key)
            #expect(
                String(decoding: request.body, as: UTF8.self)
                    == #"{"valor":150.10,"destinatario":{"tipo":"CHAVE","chave":"fulano@example.com"}}"#)
            let form = host.receiver.requests.first.map { String(decoding: $0.body, as: UTF8.self) }
            #expect(form?.hasSuffix("&scope=pagamento-pix.read%20pagamento-pix.write") == true)
            let error = await failure { () async throws(PixBankError) in try await host.bank.pay(order) }
            #expect(error == .busy(milliseconds: 1_000))
            let stands = try await host.bank.payout("c-1")
            #expect(stands.status == .failed)
            #expect(stands.errors == ["E1 sem saldo"])
        }
    }

    @Test("shows no secret when its configuration is printed")
    func quiet() {
        let configuration = InterConfiguration(clientID: "id", clientSecret: BankHost.secret, tls: nil)
        var text = "\(configuration)"
        debugPrint(configuration, to: &text)
        dump(configuration, to: &text)
        #expect(!text.contains(BankHost.secret))
        #expect(configuration.environment == .production)
        let test = InterConfiguration(
            clientID: "id", clientSecret: "s", baseURL: InterConfiguration.sandbox, tls: nil)
        #expect(test.environment == .sandbox)
    }
}
