export {consoleQuestions} from './console-question.ts';
export {defectExitCode, reportDefect} from './defect.ts';
export {processForeground} from './foreground.ts';
export {createInterruption} from './interruption.ts';
export {runProgram, version} from './program.ts';
export type {Terminal} from './terminal.ts';
