public import Hummingbird
import NIOCore
public import NIOSSL

/// What a request knows beside its head and body: its logger, and where it came from.
public struct TiyinRequestContext: RequestContext, PeerAddressContext, PeerCertificateContext {
    /// What Hummingbird keeps of a request: logger, id, path parameters.
    public var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    /// The address of the connection, without a port; nil for a Unix socket. Made when it is asked for.
    public var peerAddress: String? { channel.remoteAddress?.ipAddress }

    /// The certificate that the client showed, verified; nil: none, or no TLS.
    public func peerCertificate() async throws -> NIOSSLCertificate? {
        let handler = channel.pipeline.handler(type: NIOSSLServerHandler.self).map { _ in true }
        guard try await handler.recover({ _ in false }).get() else { return nil }
        return try await channel.nioSSL_peerCertificate().get()
    }

    /// Made by Hummingbird for each request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// A request context that knows the address of its connection.
///
/// Conform your own context to it when you mount the routes in your own application; without it the address list and
/// the trusted proxies see no address.
public protocol PeerAddressContext: RequestContext {
    /// The address of the connection, without a port; nil if it has none: an address list then admits nobody.
    var peerAddress: String? { get }
}

/// A request context that knows the certificate that the client showed.
///
/// Conform your own context to it when you mount the routes in your own application, which does TLS itself and lets
/// clients show certificates: without it Pix's webhook knows nobody by `pix.webhook_client_ca`.
public protocol PeerCertificateContext: RequestContext {
    /// The certificate that the client showed, if it was verified; nil: it showed none.
    func peerCertificate() async throws -> NIOSSLCertificate?
}
