import Foundation

/// Takes secrets out of whatever is kept of a run.
struct Redactor: Sendable {
    static let mark = "[secret]"

    /// Longest first, so that none leaves a rest of another.
    private let secrets: [String]
    private let bytes: [Data]

    /// - Parameter secrets: what must not be shown; of less than four characters nothing can be told apart
    init(_ secrets: [String]) {
        var forms: Set<String> = []
        for secret in secrets where secret.utf8.count >= 4 {
            // As it stands inside a JSON string: some writers escape the slash.
            let escaped = secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            forms.formUnion([secret, escaped, escaped.replacing("/", with: "\\/")])
        }
        self.secrets = forms.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
        bytes = self.secrets.map { Data($0.utf8) }
    }

    /// The same, with a few secrets more.
    func adding(_ more: [String]) -> Redactor { more.isEmpty ? self : Redactor(secrets + more) }

    /// The text without secrets.
    func callAsFunction(_ text: String) -> String {
        isClean(Data(text.utf8)) ? text : redacted(text)
    }

    /// The answer without secrets: a server may send back what it was sent.
    func callAsFunction(_ answer: WireAnswer) -> WireAnswer {
        // One look at everything, for nearly every answer is clean and there are thousands.
        var everything = Data(answer.body)
        for header in answer.headers { everything.append(contentsOf: "\n\(header.name)\n\(header.value)".utf8) }
        guard !isClean(everything) else { return answer }
        return WireAnswer(
            status: answer.status,
            headers: answer.headers.map { Header(redacted($0.name), redacted($0.value)) },
            body: isClean(Data(answer.body))
                ? answer.body : Array(redacted(String(decoding: answer.body, as: UTF8.self)).utf8))
    }

    private func isClean(_ data: Data) -> Bool {
        !bytes.contains { $0.count <= data.count && data.range(of: $0) != nil }
    }

    private func redacted(_ text: String) -> String {
        var text = text
        for secret in secrets { text = text.replacing(secret, with: Self.mark) }
        return text
    }
}
