import Delivery
import NIOSSL
import TestSupport

/// One client of a test, and what a call of it came to.
struct OutboundCall {
    var limits = OutboundLimits(deadlineSeconds: 10, bodyBytesMaximum: 16 << 10, keepsBody: false)
    var resolver = AddressResolver.system
    var keptFor = Duration.zero
    var tls = TLSConfiguration.makeClientConfiguration()

    static let body = Array(#"{"a":1}"#.utf8)

    /// Makes a client, runs the closure, shuts the client down, whatever happened.
    func with<T>(_ work: (OutboundClient) async throws -> T) async throws -> T {
        let client = OutboundClient(
            userAgent: "tiyin/test", limits: limits, resolver: resolver, addressesKeptFor: keptFor, tls: tls)
        do {
            let result = try await work(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }

    func post(to url: String, allowsPrivate: Bool = true) async throws -> OutboundAnswer {
        let target = try OutboundTarget(url, allowsPrivate: allowsPrivate)
        return try await with { try await $0.post(to: target, headers: [("x-test", "1")], body: Self.body) }
    }

    /// Why there was no answer; nil: there was.
    func failure(_ url: String, allowsPrivate: Bool = true) async throws -> OutboundError? {
        do {
            _ = try await post(to: url, allowsPrivate: allowsPrivate)
            return nil
        } catch let error as OutboundError {
            return error
        }
    }
}
