import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import Server

@Suite("Who calls, when proxies stand between")
struct ClientAddressTests {
    /// The address of the connection; X-Forwarded-For, a header each apart by `;`; who calls. 10.0.0.0/8 are proxies.
    private static let table = """
        1.2.3.4  |                                   | 1.2.3.4
        1.2.3.4  | 5.6.7.8                           | 1.2.3.4
        1.2.3.4  | 10.0.0.1                          | 1.2.3.4
        10.0.0.1 |                                   | 10.0.0.1
        10.0.0.1 | 5.6.7.8                           | 5.6.7.8
        10.0.0.1 | 5.6.7.8, 10.0.0.2                 | 5.6.7.8
        10.0.0.1 | 5.6.7.8,10.0.0.2,10.0.0.3         | 5.6.7.8
        10.0.0.1 | 185.234.113.1, 5.6.7.8            | 5.6.7.8
        10.0.0.1 | 185.234.113.1, 5.6.7.8, 10.0.0.2  | 5.6.7.8
        10.0.0.1 | 185.234.113.1;5.6.7.8             | 5.6.7.8
        10.0.0.1 | 5.6.7.8;10.0.0.2                  | 5.6.7.8
        10.0.0.1 | 10.0.0.3, 10.0.0.2                | 10.0.0.3
        10.0.0.1 | ::ffff:10.0.0.2                   | ::ffff:10.0.0.2
        10.0.0.1 | 2001:db8::5                       | 2001:db8::5
        10.0.0.1 | 5.6.7.8:4711                      | 5.6.7.8:4711
        10.0.0.1 | 185.234.113.1, unknown            | unknown
        10.0.0.1 | 185.234.113.1, unknown, 10.0.0.2  | unknown
        10.0.0.1 | 185.234.113.1,                    | EMPTY
        ::ffff:10.0.0.1 | 5.6.7.8                    | 5.6.7.8
        """

    @Test("is the nearest address that is no proxy of ours: what others write is not believed")
    func chains() {
        let address = ClientAddress(trustedProxies: ["10.0.0.0/8"])
        for row in rows(Self.table) {
            #expect(address.of(request(row[1]), peer: row[0]) == (row[2] == "EMPTY" ? "" : row[2]), "\(row)")
        }
    }

    @Test("is the connection's own address where no proxy is trusted")
    func noProxies() {
        let address = ClientAddress(trustedProxies: [])
        #expect(address.of(request("5.6.7.8"), peer: "127.0.0.1") == "127.0.0.1")
    }

    @Test("is nobody where the connection has no address")
    func noPeer() {
        #expect(ClientAddress(trustedProxies: ["10.0.0.0/8"]).of(request("10.0.0.1"), peer: nil) == nil)
    }

    private func request(_ forwarded: String) -> Request {
        var head = HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/")
        for part in forwarded.split(separator: ";") where !part.isEmpty {
            head.headerFields.append(HTTPField(name: .xForwardedFor, value: String(part)))
        }
        return Request(head: head, body: RequestBody(buffer: ByteBuffer()))
    }
}
