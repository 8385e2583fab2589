import ArgumentParser

struct ConformCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conform",
        abstract: "Check anybody's endpoint against what the payment system will ask of it.",
        subcommands: [
            ConformPaymeCommand.self, ConformClickCommand.self, ConformYooKassaCommand.self, ConformPixCommand.self,
        ])
}
