/// What nobody can guess.
enum PixChance {
    private static let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    static func text(_ length: Int) -> String {
        String((0..<length).map { _ in characters[Int.random(in: 0..<characters.count)] })
    }
}
