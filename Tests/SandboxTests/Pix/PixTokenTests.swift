import Sandbox
import StrictJSON
import TestSupport
import Testing

@Suite("The simulated bank's tokens")
struct PixTokenTests {
    @Test("are issued for all four fields, for an hour, for the scopes that were asked for and allowed")
    func issued() async throws {
        try await PixBooth.with { booth in
            let answer = try await booth.issue(scope: "cob.read cob.write unheard.of")
            #expect(answer.status == 200)
            #expect(answer.json["token_type"] == "Bearer")
            #expect(answer.json["expires_in"] == 3_600)
            #expect(answer.json["scope"] == "cob.read cob.write")
            #expect(answer.json["access_token"]?.stringValue?.utf8.count == 36)
            #expect(booth.bank.tokensIssued == 2)
        }
    }

    @Test(
        "are refused with a field missing, twice, or wrong",
        arguments: [
            ("client_secret=segredo-do-teste&grant_type=client_credentials&scope=cob.read", 400, "invalid_request"),
            ("client_id=loja&grant_type=client_credentials&scope=cob.read", 400, "invalid_request"),
            ("client_id=loja&client_secret=segredo-do-teste&scope=cob.read", 400, "invalid_request"),
            ("client_id=loja&client_secret=segredo-do-teste&grant_type=client_credentials", 400, "invalid_request"),
            (
                "client_id=loja&client_id=loja&client_secret=segredo-do-teste&grant_type=client_credentials&scope=x",
                400, "invalid_request"
            ),
            (
                "client_id=loja&client_secret=segredo-do-teste&grant_type=password&scope=cob.read", 400,
                "unsupported_grant_type"
            ),
            ("client_id=loja&client_secret=errado&grant_type=client_credentials&scope=cob.read", 401, "invalid_client"),
            (
                "client_id=x&client_secret=segredo-do-teste&grant_type=client_credentials&scope=cob.read", 401,
                "invalid_client"
            ),
            (
                "client_id=loja&client_secret=segredo-do-teste&grant_type=client_credentials&scope=x", 400,
                "invalid_scope"
            ),
        ])
    func refused(form: String, status: Int, error: String) async throws {
        try await PixBooth.with { booth in
            let answer = try await booth.issue(form)
            #expect(answer.status == status)
            #expect(answer.json["error"] == .string(error))
            #expect(booth.bank.tokensIssued == 1)
        }
    }

    @Test("are asked for by a form, not by JSON")
    func json() async throws {
        try await PixBooth.with { booth in
            let begun = try await booth.issue(contentType: "application/json")
            #expect(begun.status == 400)
        }
    }

    @Test("open what their scopes name, for an hour, and nothing else does")
    func scopes() async throws {
        try await PixBooth.with { booth in
            let reading = try await booth.issue(scope: "cob.read").json["access_token"]?.stringValue ?? ""
            let path = "pix/v2/cob/\(PixBooth.txid)"
            let write = try await booth.call("PUT", path, PixBooth.charge(), token: reading)
            #expect(write.status == 403)
            #expect(write.problem == "AcessoNegado")
            #expect(booth.bank.charges.isEmpty)
            #expect(try await booth.call("GET", path, token: reading).status == 404)
            #expect(try await booth.call("GET", path, token: "guessed").status == 401)
            #expect(try await booth.send("GET", path, nil, headers: []).status == 401)
            booth.clock.advance(milliseconds: 3_599_999)
            #expect(try await booth.call("GET", path, token: reading).status == 404)
            booth.clock.advance(milliseconds: 1)
            #expect(try await booth.call("GET", path, token: reading).status == 401)
        }
    }

    @Test("must name an account if the application has several, and only one of them")
    func accounts() async throws {
        var configuration = PixBooth.configuration
        configuration.accounts = ["111", "222"]
        try await PixBooth.with(configuration) { booth in
            let path = "pix/v2/cob/\(PixBooth.txid)"
            let account = "x-conta-corrente"
            let none = try await booth.call("GET", path)
            #expect(none.status == 400)
            #expect(none.place == account)
            #expect(try await booth.call("GET", path, headers: [(account, "333")]).status == 403)
            #expect(try await booth.call("GET", path, headers: [(account, "222")]).status == 404)
        }
    }
}
