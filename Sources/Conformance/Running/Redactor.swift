/// Takes secrets out of whatever is kept of a run.
struct Redactor: Sendable {
    static let mark = "[secret]"

    /// Longest first, so that none leaves a rest of another.
    private let secrets: [String]

    /// - Parameter secrets: what must not be shown; of less than four characters nothing can be told apart
    init(_ secrets: [String]) {
        var forms: Set<String> = []
        for secret in secrets where secret.utf8.count >= 4 {
            forms.insert(secret)
            // As it stands inside a JSON string that escapes what JSON may escape.
            forms.insert(secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("/", with: "\\/"))
        }
        self.secrets = forms.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    func callAsFunction(_ text: String) -> String {
        var text = text
        for secret in secrets where text.contains(secret) { text = text.replacing(secret, with: Self.mark) }
        return text
    }
}
