import Payments
import Pix
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox

@Suite("The simulated bank's charges")
struct PixChargeTests {
    @Test("come with all that the central bank promises, and a code that the server's own reader takes")
    func made() async throws {
        try await PixBooth.with { booth in
            let answer = try await booth.put(
                PixBooth.txid,
                [
                    "devedor": ["cpf": "12345678909", "nome": "Fulano de Tal"], "solicitacaoPagador": "Pedido 7",
                    "infoAdicionais": [["nome": "Loja", "valor": "Centro"]],
                ])
            #expect(answer.status == 201)
            #expect(answer.contentType == "application/json")
            let charge = answer.json
            #expect(charge["txid"] == .string(PixBooth.txid))
            #expect(charge["revisao"] == 0)
            #expect(charge["status"] == "ATIVA")
            #expect(charge["calendario"] == ["criacao": "2026-11-21T00:00:00.000Z", "expiracao": 3_600])
            #expect(charge["valor"] == ["original": "150.10", "modalidadeAlteracao": 0])
            #expect(charge["chave"] == .string(PixBooth.key))
            #expect(charge["devedor"]?["nome"] == "Fulano de Tal")
            #expect(charge["solicitacaoPagador"] == "Pedido 7")
            #expect(charge["infoAdicionais"]?[0]?["valor"] == "Centro")
            #expect(charge["loc"]?["location"] == charge["location"])
            #expect(charge["pix"] == nil)
            let code = try BRCode(charge["pixCopiaECola"]?.stringValue ?? "")
            #expect(code.amount?.minor == 15_010)
            #expect(code.isOneTime)
            #expect(code.merchantName == "LOJA EXEMPLO")
            #expect(code.text == charge["pixCopiaECola"]?.stringValue)
            #expect(code.text.contains(charge["location"]?.stringValue ?? "?"))
        }
    }

    @Test("are one for one txid: a repeat is the same charge, other words revise it")
    func idempotent() async throws {
        try await PixBooth.with { booth in
            let first = try await booth.put()
            booth.clock.advance(milliseconds: 5_000)
            let again = try await booth.put()
            #expect(again.status == 201)
            #expect(again.json == first.json)
            let revised = try await booth.put(PixBooth.txid, ["valor": ["original": "7.00"]])
            #expect(revised.json["revisao"] == 1)
            #expect(revised.json["valor"]?["original"] == "7.00")
            #expect(revised.json["calendario"]?["criacao"] == first.json["calendario"]?["criacao"])
            #expect(booth.bank.charges.count == 1)
            #expect(booth.bank.callCount(.putCharge) == 3)
            let old = try await booth.call("GET", "pix/v2/cob/\(PixBooth.txid)?revisao=0")
            #expect(old.json["valor"]?["original"] == "150.10")
            #expect(try await booth.call("GET", "pix/v2/cob/\(PixBooth.txid)?revisao=2").status == 404)
            #expect(try await booth.call("GET", "pix/v2/cob/\(PixBooth.txid)?revisao=x").status == 400)
        }
    }

    @Test("asked for by eight at once with one txid are one")
    func race() async throws {
        try await PixBooth.with { booth in
            let codes = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await booth.put().json["pixCopiaECola"]?.stringValue ?? "none" }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(codes.count == 1)
            #expect(booth.bank.charges.count == 1)
        }
    }

    @Test("without a txid get one each: that call is not idempotent")
    func bankNamed() async throws {
        try await PixBooth.with { booth in
            let first = try await booth.call("POST", "pix/v2/cob", PixBooth.charge())
            let second = try await booth.call("POST", "pix/v2/cob", PixBooth.charge())
            #expect(first.status == 201)
            #expect(first.json["txid"]?.stringValue?.utf8.count == 32)
            #expect(first.json["txid"] != second.json["txid"])
            #expect(booth.bank.charges.count == 2)
        }
    }

    @Test(
        "are refused if a part is not as it must be",
        arguments: [
            (["valor": ["original": "0.00"]], "cob.valor.original"),
            (["valor": ["original": "150.1"]], "cob.valor.original"),
            (["valor": ["original": "150,10"]], "cob.valor.original"),
            (["valor": ["original": "-1.00"]], "cob.valor.original"),
            (["valor": ["original": "12345678901.00"]], "cob.valor.original"),
            (["valor": ["original": 150]], "cob.valor.original"),
            (["valor": [:]], "cob.valor.original"),
            (["valor": .null], "cob.valor.original"),
            (["valor": ["original": "1.00", "modalidadeAlteracao": 2]], "cob.valor.modalidadeAlteracao"),
            (["calendario": ["expiracao": 0]], "cob.calendario.expiracao"),
            (["calendario": ["expiracao": "60"]], "cob.calendario.expiracao"),
            (["calendario": ["expiracao": 2_147_483_648]], "cob.calendario.expiracao"),
            (["calendario": .null], "cob.calendario"),
            (["chave": "outra@example.com"], "cob.chave"),
            (["chave": .null], "cob.chave"),
            (["devedor": ["cpf": "12345678909"]], "cob.devedor"),
            (["devedor": ["cpf": "12345678909", "cnpj": "12345678000195", "nome": "X"]], "cob.devedor"),
            (["solicitacaoPagador": .string(String(repeating: "a", count: 141))], "cob.solicitacaoPagador"),
            (["infoAdicionais": [["nome": "só"]]], "cob.infoAdicionais"),
        ] as [(JSONObject, String)])
    func malformed(changes: JSONObject, place: String) async throws {
        try await PixBooth.with { booth in
            let answer = try await booth.put(PixBooth.txid, changes)
            #expect(answer.status == 400)
            #expect(answer.contentType == "application/problem+json")
            #expect(answer.problem == "CobOperacaoInvalida")
            #expect(answer.json["status"] == 400)
            #expect(answer.place == place)
            #expect(booth.bank.charges.isEmpty)
        }
    }

    @Test(
        "need a txid of 26 to 35 letters and digits",
        arguments: [
            String(repeating: "a", count: 25), String(repeating: "a", count: 36), "pedido-000000000000000000000000001",
        ])
    func txid(_ txid: String) async throws {
        try await PixBooth.with { booth in
            let answer = try await booth.put(txid)
            #expect(answer.status == 400)
            #expect(answer.place == "txid")
            for length in [26, 35] { #expect(try await booth.put(String(repeating: "Z", count: length)).status == 201) }
        }
    }

    @Test("are refused as bodies that are no JSON object", arguments: ["", "{", "[]", #"{"a":1,"a":2}"#])
    func noJSON(body: String) async throws {
        try await PixBooth.with { booth in
            let answer = try await booth.send(
                "PUT", "pix/v2/cob/\(PixBooth.txid)", Array(body.utf8),
                headers: [("authorization", "Bearer \(booth.token)")])
            #expect(answer.status == 400)
        }
    }

    @Test("may leave the amount to the payer")
    func openAmount() async throws {
        try await PixBooth.with { booth in
            let open: JSONObject = ["valor": ["original": "0.00", "modalidadeAlteracao": 1]]
            let begun = try await booth.put(PixBooth.txid, open)
            #expect(begun.status == 201)
            #expect(try booth.bank.pay(txid: PixBooth.txid, amount: 77).amount == 77)
        }
    }

    @Test("are changed in part, and taken back, for good")
    func patched() async throws {
        try await PixBooth.with { booth in
            try await booth.put()
            let path = "pix/v2/cob/\(PixBooth.txid)"
            let changed = try await booth.call("PATCH", path, ["calendario": ["expiracao": 60]])
            #expect(changed.status == 200)
            #expect(changed.json["revisao"] == 1)
            #expect(changed.json["calendario"]?["expiracao"] == 60)
            #expect(changed.json["valor"]?["original"] == "150.10")
            let moved = try await booth.call("PATCH", path, ["loc": ["id": 1]])
            #expect(moved.json["revisao"] == 1)
            let mixed = try await booth.call(
                "PATCH", path, ["status": "REMOVIDA_PELO_USUARIO_RECEBEDOR", "solicitacaoPagador": "x"])
            #expect(mixed.status == 400)
            #expect(try await booth.call("PATCH", path, ["status": "CONCLUIDA"]).status == 400)
            let removed = try await booth.call("PATCH", path, ["status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"])
            #expect(removed.status == 200)
            #expect(removed.json["status"] == "REMOVIDA_PELO_USUARIO_RECEBEDOR")
            #expect(removed.json["revisao"] == 2)
            for body in [["status": "ATIVA"], ["status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"]] as [JSONValue] {
                #expect(try await booth.call("PATCH", path, body).status == 400)
            }
            #expect(try await booth.put().problem == "CobOperacaoInvalida")
            let none = try await booth.call("PATCH", "pix/v2/cob/\(PixBooth.txid)9", ["solicitacaoPagador": "x"])
            #expect(none.status == 404)
            #expect(none.problem == "CobNaoEncontrado")
        }
    }

    @Test("once paid are completed, list their payment, and change no more; the revision stays")
    func completed() async throws {
        try await PixBooth.with { booth in
            let receipt = try await booth.paid()
            let path = "pix/v2/cob/\(PixBooth.txid)"
            let charge = try await booth.call("GET", path).json
            #expect(charge["status"] == "CONCLUIDA")
            #expect(charge["revisao"] == 0)
            #expect(charge["pix"]?[0]?["endToEndId"] == .string(receipt.endToEndID))
            #expect(charge["pix"]?[0]?["valor"] == "150.10")
            #expect(try await booth.put().status == 400)
            let removal: JSONValue = ["status": "REMOVIDA_PELO_USUARIO_RECEBEDOR"]
            #expect(try await booth.call("PATCH", path, removal).problem == "CobOperacaoInvalida")
        }
    }

    @Test("are taken back by the bank too")
    func removedByBank() async throws {
        try await PixBooth.with { booth in
            try await booth.put()
            #expect(booth.bank.removeCharge(PixBooth.txid))
            #expect(!booth.bank.removeCharge(PixBooth.txid))
            let charge = try await booth.call("GET", "pix/v2/cob/\(PixBooth.txid)").json
            #expect(charge["status"] == "REMOVIDA_PELO_PSP")
        }
    }

    @Test("are listed by period, payer and status, page by page")
    func listed() async throws {
        try await PixBooth.with { booth in
            for number in 1...5 {
                var changes: JSONObject = [:]
                if number == 2 { changes["devedor"] = ["cpf": "12345678909", "nome": "Fulano"] }
                try await booth.put("lista00000000000000000000000\(number)", changes)
                booth.clock.advance(milliseconds: 1_000)
            }
            try booth.bank.pay(txid: "lista000000000000000000000003")
            func list(_ query: String) async throws -> PixBooth.Answer {
                try await booth.call("GET", "pix/v2/cob?" + query)
            }
            let period = "inicio=2026-11-21T00:00:01Z&fim=2026-11-21T00:00:04.000Z"
            let all = try await list(period)
            #expect(all.status == 200)
            #expect(all.json["cobs"]?.arrayValue?.count == 4)
            #expect(all.json["parametros"]?["paginacao"]?["itensPorPagina"] == 100)
            let page = try await list(period + "&paginacao.paginaAtual=1&paginacao.itensPorPagina=3")
            #expect(page.json["cobs"]?.arrayValue?.compactMap { $0["txid"] } == ["lista000000000000000000000005"])
            #expect(
                page.json["parametros"]?["paginacao"] == [
                    "paginaAtual": 1, "itensPorPagina": 3, "quantidadeDePaginas": 2, "quantidadeTotalDeItens": 4,
                ])
            #expect(try await list(period + "&status=CONCLUIDA").json["cobs"]?.arrayValue?.count == 1)
            #expect(try await list(period + "&cpf=12345678909").json["cobs"]?.arrayValue?.count == 1)
            #expect(try await list(period + "&cnpj=12345678000195").json["cobs"] == [])
            let offset = try await list("inicio=2026-11-20T21:00:00-03:00&fim=2026-11-20T21:00:00-03:00")
            #expect(offset.json["cobs"]?.arrayValue?.count == 1)
            for bad in [
                "fim=2026-11-21T00:00:01Z", "inicio=2026-11-21T00:00:01Z", "inicio=ontem&fim=2026-11-21T00:00:01Z",
                "inicio=2026-11-21T00:00:01Z&fim=2026-11-21T00:00:00Z", period + "&paginacao.itensPorPagina=1001",
                period + "&paginacao.itensPorPagina=0", period + "&paginacao.paginaAtual=-1", period + "&status=PAGA",
                period + "&cpf=12345678909&cnpj=12345678000195",
            ] {
                let answer = try await list(bad)
                #expect(answer.status == 400, "\(bad)")
                #expect(answer.problem == "CobConsultaInvalida", "\(bad)")
            }
        }
    }
}
