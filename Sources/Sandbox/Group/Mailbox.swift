import Synchronization

/// An e-mail that the server has sent. None leaves this machine.
public struct SandboxMail: Sendable, Hashable {
    /// The same for a repeat.
    public var id: String
    public var to: String
    public var subject: String
    public var text: String

    /// - Parameters:
    ///   - id: the same for a repeat.
    ///   - to: its receiver's address.
    ///   - text: the plain one of its forms.
    public init(id: String, to: String, subject: String, text: String) {
        self.id = id
        self.to = to
        self.subject = subject
        self.text = text
    }
}

/// The mailbox of everybody who is written to.
final class Mailbox: Sendable {
    /// An e-mail that lies in it.
    struct Letter: Sendable {
        /// Counts from 1.
        let number: Int
        let mail: SandboxMail
        /// Milliseconds since 1970 UTC, by the sandbox's clock.
        let at: Int64
    }

    private struct State {
        var letters: [Letter] = []
        var ids: Set<String> = []
        var last = 0
    }

    private let state = Mutex(State())
    private static let lettersMaximum = 200

    /// - Returns: false: it lies there already.
    func take(_ mail: SandboxMail, at now: Int64) -> Bool {
        state.withLock { state in
            guard state.ids.insert(mail.id).inserted else { return false }
            state.last += 1
            state.letters.append(Letter(number: state.last, mail: mail, at: now))
            // Its id stays known: a late repeat is none the less one.
            if state.letters.count > Self.lettersMaximum { state.letters.removeFirst() }
            return true
        }
    }

    /// The newest, newest first.
    func newest(_ count: Int) -> [Letter] { state.withLock { Array($0.letters.suffix(count).reversed()) } }
}
