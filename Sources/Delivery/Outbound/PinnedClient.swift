import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// A client that reaches one name at one address, whatever that name means to others or later.
///
/// It closes when nobody holds it any more: calls that are under way end undisturbed.
final class PinnedClient: Sendable {
    private let http: HTTPClient

    /// - Parameters:
    ///   - host: the name in the URL; certificates are checked against it.
    ///   - address: where connections go.
    ///   - connectSeconds: how long one connection may take to come about.
    init(host: String, address: IPAddress, connectSeconds: Double, tls: TLSConfiguration) {
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.dnsOverride = [host: address.description]
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(connect: .milliseconds(Int64(connectSeconds * 1_000)))
        // Shorter than most servers keep one: a connection that is closed just then takes the message with it.
        configuration.connectionPool.idleTimeout = .seconds(3)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        // What does not come about is told of, not tried for again behind our back.
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        let http = http
        Task { try? await http.shutdown() }
    }

    /// Sends it and reads the answer, as far as the limits go.
    func execute(_ request: HTTPClientRequest, _ limits: OutboundLimits) async throws -> OutboundAnswer {
        let response = try await http.execute(request, timeout: .seconds(limits.deadlineSeconds))
        var body: [UInt8] = []
        if limits.keepsBody {
            body = Array(buffer: try await response.body.collect(upTo: limits.bodyBytesMaximum))
        } else {
            // The status is what counts. The rest is read so that the connection can be used again, if it comes soon.
            _ = try? await Deadline.run(seconds: 1, late: OutboundError.broken) {
                try await response.body.collect(upTo: limits.bodyBytesMaximum).readableBytes
            }
        }
        return OutboundAnswer(status: Int(response.status.code), headers: response.headers, body: body)
    }

    /// Ends what is under way, and closes.
    func shutdown() async { try? await http.shutdown() }
}
