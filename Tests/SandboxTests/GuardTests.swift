import Testing

@testable import Sandbox

@Suite("Who may do what")
struct GuardTests {
    @Test(
        "what changes something must come from the page itself",
        arguments: [
            [], [("origin", "https://evil.example")], [("origin", "null")], [("sec-fetch-site", "cross-site")],
            [("sec-fetch-site", "same-site")], [("sec-fetch-site", "none")],
            [("origin", "http://127.0.0.1:1")],
        ])
    func crossSite(headers: [(String, String)]) async throws {
        try await SandboxDesk.with { desk in
            for path in [
                "/sandbox/pay", "/sandbox/orders", "/sandbox/clock", "/sandbox/statement", "/sandbox/conformance",
                "/sandbox/checkout", "/sandbox/receipts/x/refund", "/sandbox/groups",
                "/sandbox/groups/clock", "/sandbox/groups/x/cancel",
            ] {
                let answer = try await desk.post(path, [("order", "1001")], headers: headers)
                #expect(answer.status == 403, "\(path)")
            }
            #expect(desk.entries.isEmpty && desk.clock.shift == 0)
        }
    }

    @Test("the page's own forms pass, and a shop's form may open the checkout, which changes nothing")
    func ownForms() async throws {
        try await SandboxDesk.with { desk in
            let own = try await desk.post("/sandbox/statement", headers: [("sec-fetch-site", "same-origin")])
            #expect(own.status == 303)
            let fields = [
                ("merchant", desk.configuration.merchantID), ("amount", "500000"),
                ("account[order_id]", "1001"),
            ]
            let shop = try await desk.post("/checkout", fields, headers: [("origin", "https://shop.example")])
            #expect(shop.status == 200 && shop.text.contains(#"id="confirm""#))
        }
    }

    @Test(
        "a name that is not this machine's is refused, however it was bent here", arguments: ["/", "/sandbox/events"])
    func rebinding(path: String) async throws {
        try await SandboxDesk.with { desk in
            for host in ["evil.example", "127.0.0.1.evil.example", "evil.example:80"] {
                let answer = try await desk.get(path, headers: [("host", host)])
                #expect(answer.status == 403)
            }
            for host in ["localhost:1", "127.0.0.1", "[::1]:8080"] where path == "/" {
                let answer = try await desk.get(path, headers: [("host", host)])
                #expect(answer.status == 200)
            }
        }
    }

    @Test("every page tells the browser what it may not do")
    func headers() async throws {
        try await SandboxDesk.with { desk in
            let link = try await desk.get("/sandbox/checkout?order=1001").location
            for path in ["/", link, "/sandbox/panels", "/sandbox/assets/sandbox.js", "/checkout/x"] {
                let answer = try await desk.get(path)
                let policy = try #require(answer.header("content-security-policy"))
                for rule in [
                    "default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'",
                    "frame-ancestors 'none'", "base-uri 'none'",
                ] { #expect(policy.contains(rule)) }
                #expect(!policy.contains("unsafe"))
                #expect(answer.header("x-content-type-options") == "nosniff")
                #expect(answer.header("referrer-policy") == "same-origin")
                #expect(!answer.text.contains("onclick=") && !answer.text.contains("style="))
            }
            #expect(try await desk.get("/").text.matches(of: /<script/).count == 1)
        }
    }

    @Test("a form that is too long, or none of ours, is refused")
    func limits() async throws {
        try await SandboxDesk.with { desk in
            let long = String(repeating: "x", count: 20_000)
            #expect(try await desk.post("/sandbox/orders", [("description", long)]).status == 413)
            let many = (0..<50).map { ("f\($0)", "x") }
            #expect(try await desk.post("/sandbox/orders", many).status == 400)
            for amount in ["0", "-1", "ten", "1.999"] {
                let answer = try await desk.post("/sandbox/orders", [("description", "a"), ("amount", amount)])
                #expect(answer.location.contains("notice=bad-amount"))
            }
            let bad = try await desk.post("/sandbox/orders", [("id", "a b"), ("amount", "5"), ("description", "a")])
            #expect(bad.location.contains("notice=order-refused"))
        }
    }
}
