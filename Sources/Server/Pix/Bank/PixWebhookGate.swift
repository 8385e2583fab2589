import HTTPTypes
import Hummingbird
import NIOSSL

/// Tells the bank from everybody else who calls the webhook.
///
/// Source: pix.md 3.6: the receiver must demand the client's certificate, and look whose it is.
struct PixWebhookGate: Sendable {
    /// Nil: nothing is asked for.
    let client: PixWebhookClient?
    let trustedProxies: AddressList

    /// Whether the caller has proved what is asked for.
    func admits(_ request: Request, _ context: some RequestContext) async -> Bool {
        switch client {
        case nil: return true
        case .certificate(_, let subject):
            // One that was shown was verified, or there would be no connection.
            guard let context = context as? any PeerCertificateContext,
                let certificate = try? await context.peerCertificate()
            else { return false }
            guard let subject else { return true }
            return (try? certificate.toDERBytes()).flatMap { CertificateSubject(certificate: $0)?.text } == subject
        case .proxy(let header, let subject):
            guard let peer = (context as? any PeerAddressContext)?.peerAddress, trustedProxies.contains(peer),
                let name = HTTPField.Name(header)
            else { return false }
            // Two are none: one of them may be the caller's own.
            let said = request.headers[values: name]
            return said.count == 1 && said.first == subject
        }
    }
}
