import StrictJSON
import TestSupport
import Testing

extension EndToEnd {
    @Suite("The list of allowed addresses")
    struct Addresses {
        /// The list, the trusted proxies, what stands in X-Forwarded-For, and whether the caller (127.0.0.1) gets in.
        private static let cases: [(list: String, proxies: String?, forwarded: [String], isAllowed: Bool)] = [
            ("any", nil, [], true),
            ("127.0.0.1", nil, [], true),
            ("10.0.0.0/8, 127.0.0.0/8", nil, [], true),
            ("127.0.0.2", nil, [], false),
            ("10.0.0.0/8", nil, [], false),
            ("payme", nil, [], false),
            // Without trusted proxies the header is anybody's word.
            ("payme", nil, ["185.234.113.1"], false),
            ("127.0.0.1", nil, ["185.234.113.1"], true),
            ("payme", "10.0.0.0/8", ["185.234.113.1"], false),
            // One proxy.
            ("payme", "127.0.0.1", ["185.234.113.1"], true),
            ("payme", "127.0.0.1", ["185.234.113.15"], true),
            ("payme", "127.0.0.1", ["185.234.113.16"], false),
            ("payme", "127.0.0.1", ["185.234.113.0"], false),
            ("payme", "127.0.0.1", ["::ffff:185.234.113.7"], true),
            ("payme", "127.0.0.1", [], false),
            ("payme", "127.0.0.1", [""], false),
            ("payme", "127.0.0.1", ["localhost"], false),
            ("payme", "127.0.0.1", ["185.234.113.1,"], false),
            ("127.0.0.1", "127.0.0.1", [], true),
            // What the caller wrote himself stands to the left of what the proxy wrote.
            ("payme", "127.0.0.1", ["185.234.113.1, 203.0.113.9"], false),
            ("payme", "127.0.0.1", ["203.0.113.9, 185.234.113.1"], true),
            ("payme", "127.0.0.1", ["203.0.113.9", "185.234.113.1"], true),
            ("payme", "127.0.0.1", ["185.234.113.1", "203.0.113.9"], false),
            // Two proxies.
            ("payme", "127.0.0.1, 10.0.0.0/8", ["185.234.113.1, 10.1.2.3"], true),
            ("payme", "127.0.0.1, 10.0.0.0/8", ["185.234.113.1, 11.1.2.3"], false),
            ("payme", "127.0.0.1, fd00::/8", ["185.234.113.1,fd12::1"], true),
        ]

        @Test("lets in whom it names, as the trusted proxies see it")
        func list() async throws {
            for (settings, cases) in Dictionary(grouping: Self.cases, by: { [$0.list, $0.proxies ?? ""] }) {
                var environment = ["PAYME_ALLOWED_ADDRESSES": settings[0]]
                if !settings[1].isEmpty { environment["HTTP_TRUSTED_PROXIES"] = settings[1] }
                try await RunningServer.with(environment) { running in
                    let body = #"{"method":"CheckTransaction","params":{"id":"none"},"id":7}"#
                    for (_, _, forwarded, isAllowed) in cases {
                        let lines = forwarded.map { "X-Forwarded-For: \($0)" }
                        let response = try await RawConnection.with(port: running.port) { connection in
                            await connection.send(RawRequest.post(body, key: running.paymeKey, lines))
                            return await connection.response()
                        }
                        let expected: ProtocolError = isAllowed ? .transactionNotFound : .unauthorized
                        let code = response?.json?["error"]?["code"]?.integerValue
                        #expect(response?.status == 200 && code == expected.code, "\(settings) \(forwarded)")
                        #expect(response?.json?["id"] == 7)
                    }
                    // It is Payme's list: the shop's own programs are not on it.
                    #expect(try await running.shop.get("/orders").status == 200)
                }
            }
        }

        @Test("is no replacement for the key")
        func keyToo() async throws {
            try await RunningServer.with(["PAYME_ALLOWED_ADDRESSES": "127.0.0.1"]) { running in
                var client = running.client
                client.key = "wrong"
                let answer = try await client.show("none")
                #expect(answer.isError(.unauthorized))
            }
        }
    }
}
