/// How a caller of Pix's webhook proves that it is the bank, beside the secret in the path.
public enum PixWebhookClient: Sendable, Hashable {
    /// By a certificate that one of that PEM file vouches for, over the server's own TLS; with a subject, by that
    /// certificate alone.
    case certificate(authorityPath: String, subject: String?)
    /// By the subject that a proxy of ours found in a certificate that it verified, and says in that header.
    case proxy(header: String, subject: String)

    /// The PEM file of who vouches; nil: a proxy looks at certificates.
    var authorityPath: String? {
        if case .certificate(let path, _) = self { path } else { nil }
    }
}
