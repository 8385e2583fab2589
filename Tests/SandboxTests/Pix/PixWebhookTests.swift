import StrictJSON
import TestSupport
import Testing

@testable import Sandbox

@Suite("The simulated bank's webhook addresses")
struct PixWebhookTests {
    private static let path = "pix/v2/webhook/\(PixBooth.key)"

    @Test("are set, read, replaced and removed, one for each key")
    func life() async throws {
        try await PixBooth.with { booth in
            #expect(try await booth.call("GET", Self.path).problem == "WebhookNaoEncontrado")
            #expect(try await booth.call("DELETE", Self.path).status == 404)
            for url in ["https://loja.example/pix/a", "https://loja.example/pix/b"] {
                #expect(try await booth.call("PUT", Self.path, ["webhookUrl": .string(url)]).status == 204)
                let read = try await booth.call("GET", Self.path)
                #expect(
                    read.json == [
                        "webhookUrl": .string(url), "chave": .string(PixBooth.key),
                        "criacao": "2026-11-21T00:00:00.000Z",
                    ])
            }
            #expect(booth.bank.webhookURL(of: PixBooth.key) == "https://loja.example/pix/b")
            #expect(try await booth.call("DELETE", Self.path).status == 204)
            #expect(booth.bank.webhookURL(of: PixBooth.key) == nil)
        }
    }

    @Test("of a telephone are named without its plus, of a stranger's key not at all")
    func keys() async throws {
        try await PixBooth.with { booth in
            let body: JSONValue = ["webhookUrl": "https://loja.example/"]
            #expect(try await booth.call("PUT", "pix/v2/webhook/5561912345678", body).status == 204)
            #expect(booth.bank.webhookURL(of: PixBooth.phone) == "https://loja.example/")
            let strange = try await booth.call("PUT", "pix/v2/webhook/outra@example.com", body)
            #expect(strange.problem == "WebhookOperacaoInvalida")
        }
    }

    @Test(
        "are https; http only on this machine, and not even there if it is so arranged",
        arguments: [
            #"{"webhookUrl":"http://loja.example/"}"#, #"{"webhookUrl":"ftp://127.0.0.1/"}"#, #"{"webhookUrl":""}"#,
            #"{"webhookUrl":7}"#, "{}", "[",
        ])
    func refused(body: String) async throws {
        try await PixBooth.with { booth in
            let answer = try await booth.send(
                "PUT", Self.path, Array(body.utf8), headers: [("authorization", "Bearer \(booth.token)")])
            #expect(answer.status == 400)
            #expect(answer.problem == "WebhookOperacaoInvalida")
            let here: JSONValue = ["webhookUrl": "http://127.0.0.1:1/"]
            #expect(try await booth.call("PUT", Self.path, here).status == 204)
        }
        var configuration = PixBooth.configuration
        configuration.requiresSecureNotices = true
        try await PixBooth.with(configuration) { booth in
            let here: JSONValue = ["webhookUrl": "http://127.0.0.1:1/"]
            let begun = try await booth.call("PUT", Self.path, here)
            #expect(begun.status == 400)
        }
    }

    @Test("have a history of what was sent, and repeat it on demand")
    func history() async throws {
        let failing: PixBooth.Reaction = { _ in .answer(503) }
        try await PixBooth.withShop(failing) { booth, shop in
            let receipt = try await booth.paid()
            await booth.bank.deliverDue()
            let period = "dataHoraInicio=2026-11-21T00:00:00Z&dataHoraFim=2026-11-21T00:00:00Z"
            let history = try await booth.call("GET", "pix/v2/webhook/callbacks?\(period)&txid=\(PixBooth.txid)")
            #expect(history.status == 200)
            #expect(history.json["totalElementos"] == 1)
            let entry = history.json["data"]?[0]
            #expect(entry?["webhookUrl"] == .string(shop.url + "/pix"))
            #expect(entry?["numeroTentativa"] == 1)
            #expect(entry?["sucesso"] == false)
            #expect(entry?["httpStatus"] == 503)
            #expect(entry?["mensagemErro"] == "HTTP 503")
            #expect(entry?["payload"]?.stringValue?.contains(receipt.endToEndID) == true)
            let other = try await booth.call("GET", "pix/v2/webhook/callbacks?\(period)&txid=outro")
            #expect(other.json["data"] == [])
            for bad in ["", period + "&tamanhoPagina=9", period + "&tamanhoPagina=51", period + "&pagina=-1"] {
                #expect(try await booth.call("GET", "pix/v2/webhook/callbacks?\(bad)").status == 400, "\(bad)")
            }
            let again = try await booth.call(
                "POST", "pix/v2/webhook/callbacks/retry",
                ["txId": [.string(PixBooth.txid), "outro"], "chavePix": .string(PixBooth.key)])
            #expect(again.json == ["foundIds": [.string(PixBooth.txid)]])
            await booth.bank.deliverDue()
            #expect(shop.requests.count == 2)
            let none: JSONValue = ["txId": [], "chavePix": .string(PixBooth.key)]
            #expect(try await booth.call("POST", "pix/v2/webhook/callbacks/retry", none).status == 400)
        }
    }
}
